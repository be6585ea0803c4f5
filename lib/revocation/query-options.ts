import { mutationOptions } from "@tanstack/react-query";
import { browserAction } from "@/lib/http/browser-request";
import { checkRevocationAction, retryRevocationAction, revokeCertificate } from "@/lib/revocation/actions";
import type { RevocationReason } from "@/lib/revocation/rules";

/** Has a certificate revoked; a connection that breaks is told as such, never as a success. */
export function revocationOptions(certificateId: string) {
  return mutationOptions({
    mutationFn: (reason: RevocationReason) => browserAction(() => revokeCertificate({ certificateId, reason })),
  });
}

export const retryOptions = mutationOptions({
  mutationFn: (certificateId: string) => browserAction(() => retryRevocationAction({ certificateId })),
});

/** Asks the CA of a certificate whether it has revoked it. */
export const revocationCheckOptions = mutationOptions({
  mutationFn: (certificateId: string) => browserAction(() => checkRevocationAction({ certificateId })),
});
