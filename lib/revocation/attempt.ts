import "server-only";
import { database } from "@/drizzle/client";
import { revokeAtAcme } from "@/lib/acme/revoke";
import type { Scope } from "@/lib/auth/scope";
import { readCertificateFile } from "@/lib/certificates/detail";
import { openPrivateKey } from "@/lib/certificates/private-keys";
import { AppError } from "@/lib/errors";
import { openAcmeAccount } from "@/lib/issuers/acme-accounts";
import { IssuerError } from "@/lib/issuers/failure";
import { log } from "@/lib/log";
import { endClaim, type RevocationClaim } from "@/lib/revocation/claim";
import { recordRevocation } from "@/lib/revocation/facts";
import { nextAttemptAt, type Setback } from "@/lib/revocation/rules";

type Options = {
  clock: () => Date;
  /** Aborts when the server stops. */
  signal: AbortSignal;
  patienceMs: number;
};

/** "failed": with the sentence that tells why; "stopped": the server stops, and another one goes on. */
export type Attempted = { kind: "revoked" } | { kind: "failed"; sentence: string } | { kind: "stopped" };

/**
 * Asks the CA to revoke a certificate whose revocation was claimed, outside any transaction, and writes what came of it.
 * A server that dies between the CA's yes and the commit leaves the wish: the next attempt hears that it is revoked already.
 */
export async function carryOutRevocation(scope: Scope, claim: RevocationClaim, options: Options): Promise<Attempted> {
  const { clock, signal, patienceMs } = options;
  const timeout = AbortSignal.timeout(patienceMs);
  try {
    await askCa(scope, claim, AbortSignal.any([signal, timeout]));
  } catch (error) {
    if (signal.aborted) {
      await endClaim(claim, {});
      return { kind: "stopped" };
    }
    const { sentence, setback } = troubleOf(error, timeout.aborted ? patienceMs : null, claim);
    const now = clock();
    await endClaim(claim, { error: sentence, nextAttemptAt: nextAttemptAt(setback, claim.attempts, now) });
    return { kind: "failed", sentence };
  }
  const now = clock();
  const { certificateId, reason } = claim;
  const revoked = { certificateId, reason, revokedAt: now, origin: "here", authorityId: null } as const;
  // Whoever holds the claim by now: the CA has said so.
  await database().transaction((tx) => recordRevocation(tx, scope, revoked, now));
  return { kind: "revoked" };
}

async function askCa(scope: Scope, claim: RevocationClaim, signal: AbortSignal): Promise<void> {
  const { certificateId, issuerId, reason } = claim;
  const file = await readCertificateFile(scope, certificateId);
  if (file === null) throw new AppError("not_found", "The certificate is gone.");
  const account = await openAcmeAccount(scope, issuerId);
  const privateKeyPem = await openPrivateKey(scope, certificateId);
  await revokeAtAcme(account, { certificatePem: file.pem, privateKeyPem, reason }, signal);
}

function troubleOf(
  error: unknown,
  waitedMs: number | null,
  { certificateId }: RevocationClaim,
): { sentence: string; setback: Setback } {
  const passing: Setback = { kind: "unreachable", retryAfterMs: null };
  if (waitedMs !== null)
    return { sentence: `Its CA has not answered within ${waitedMs / 1_000} seconds.`, setback: passing };
  if (error instanceof IssuerError) return { sentence: error.message, setback: error };
  // A secret that this server cannot open: it may be mended meanwhile.
  if (error instanceof AppError) return { sentence: error.message, setback: passing };
  log.error({ err: error, certificateId }, "a revocation failed in a way that nobody foresaw");
  return { sentence: "An unforeseen error; the server's log has it.", setback: passing };
}
