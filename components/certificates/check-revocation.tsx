"use client";

import { useRouter } from "next/navigation";
import { Button } from "@/components/ui/button";
import { NOBODY_TO_ASK } from "@/lib/revocation/check-rules";
import { useRevocationCheck } from "./use-revocation-check";

const CHECK_NEEDS_MEMBER = "Viewers may not check revocations. Ask a product admin for the role of member.";

type Props = {
  certificate: { id: string; name: string };
  mayCheck: boolean;
  /** It names an address at which its CA can be asked. */
  isAskable: boolean;
};

/** Asks the CA of a certificate whether it has revoked it; the page then shows what it said. */
export function CheckRevocation({ certificate, mayCheck, isAskable }: Props) {
  const router = useRouter();
  const { check, isPending } = useRevocationCheck(certificate, router.refresh);
  const explain = mayCheck ? (isAskable ? undefined : NOBODY_TO_ASK) : CHECK_NEEDS_MEMBER;
  return (
    <Button pending={isPending} pendingLabel="Asking its CA…" explain={explain} onClick={check}>
      Check revocation
    </Button>
  );
}
