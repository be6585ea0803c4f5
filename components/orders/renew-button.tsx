"use client";

import { RENEW_NEEDS_MEMBER } from "@/components/revocation/revocable";
import { Button } from "@/components/ui/button";
import { useRenewal } from "./use-renewal";

/** Renew, on a certificate's own page. */
export function RenewButton({ certificateId, mayRenew }: { certificateId: string; mayRenew: boolean }) {
  const { renew, isPending } = useRenewal(certificateId, () => undefined);
  return (
    <Button
      pending={isPending}
      pendingLabel="Renewing…"
      explain={mayRenew ? undefined : RENEW_NEEDS_MEMBER}
      onClick={renew}
    >
      Renew
    </Button>
  );
}
