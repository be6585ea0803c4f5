"use client";

import { useRouter } from "next/navigation";
import { lazy, Suspense, useState } from "react";
import { REVOKE_PLACE } from "@/components/certificates/deletable";
import { focusHeading } from "@/components/certificates/focus-row";
import { Button } from "@/components/ui/button";
import type { CertificateAction } from "@/lib/revocation/rules";
import { REVOKE_NEEDS_MEMBER, type Revocable } from "./revocable";
import { useRetry } from "./use-revocation";

const RevokeDialog = lazy(async () => ({ default: (await import("./revoke-dialog")).RevokeDialog }));

type Props = { certificate: Revocable; actions: readonly CertificateAction[]; mayRevoke: boolean };

/** What a certificate's page offers about its revocation: to have it revoked, or its CA asked again. */
export function RevocationActions({ certificate, actions, mayRevoke }: Props) {
  const router = useRouter();
  const [isAsking, setAsking] = useState(false);
  const { retry, isPending } = useRetry(certificate.id, (isRevoked) => {
    if (isRevoked) focusHeading();
    router.refresh();
  });
  const explain = mayRevoke ? undefined : REVOKE_NEEDS_MEMBER;
  return (
    <>
      {actions.includes("retry_revocation") ? (
        <Button pending={isPending} pendingLabel="Asking its CA…" explain={explain} onClick={retry}>
          Retry revocation
        </Button>
      ) : null}
      {actions.includes("revoke") ? (
        <Button id={REVOKE_PLACE} explain={explain} onClick={() => setAsking(true)}>
          Revoke
        </Button>
      ) : null}
      {isAsking ? (
        <Suspense>
          <RevokeDialog
            certificate={certificate}
            onClose={() => setAsking(false)}
            onSettled={() => {
              setAsking(false);
              // The button that opened it goes.
              focusHeading();
              router.refresh();
            }}
          />
        </Suspense>
      ) : null}
    </>
  );
}
