"use server";

import { AppError } from "@/lib/errors";
import { action } from "@/lib/http/action";
import { checkRevocation } from "@/lib/revocation/check";
import { CHECK_TIMEOUT_MS } from "@/lib/revocation/check-rules";
import { requestRevocation, retryRevocation } from "@/lib/revocation/commands";
import { knownRevocation, newRevocation, type RevocationAnswer } from "@/lib/revocation/schema";

const GONE = "There is no such certificate any more. Reload the page.";

/** Has a certificate that was issued here revoked at its CA. */
export const revokeCertificate = action(
  { can: "certificates:revoke", input: newRevocation },
  async ({ scope, input, now }): Promise<RevocationAnswer> => {
    const outcome = await requestRevocation(scope, input, now);
    if (outcome.kind === "unknown") throw new AppError("not_found", GONE);
    return outcome;
  },
);

/** Has a CA that has not confirmed a revocation asked again, at once. */
export const retryRevocationAction = action(
  { can: "certificates:revoke", input: knownRevocation },
  async ({ scope, input, now }): Promise<RevocationAnswer> => {
    const outcome = await retryRevocation(scope, input.certificateId, now);
    if (outcome.kind === "unknown") throw new AppError("not_found", GONE);
    return outcome;
  },
);

/** Asks the CA of an uploaded certificate whether it has revoked it, which may take 45 seconds. */
export const checkRevocationAction = action(
  { can: "certificates:revoke", input: knownRevocation },
  ({ scope, input, now }) => checkRevocation(scope, input.certificateId, now, AbortSignal.timeout(CHECK_TIMEOUT_MS)),
);
