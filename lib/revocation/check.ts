import "server-only";
import { and, eq } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { certificateContents, certificates } from "@/drizzle/schema/certificates";
import { revocationChecks } from "@/drizzle/schema/revocation";
import type { Scope } from "@/lib/auth/scope";
import { type Source, statusOf } from "@/lib/certificates/rules";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { type Inquiry, inquire } from "@/lib/revocation/check-inquiry";
import { recordCheck } from "@/lib/revocation/check-record";
import { ASKED_AGE_MS, type CheckView, checkSentence } from "@/lib/revocation/check-rules";

/**
 * Asks the CA of an uploaded certificate whether it has revoked it, and notes the answer. Whatever is kept of an earlier
 * answer is passed over, but for a list that came within the last minute. Takes as long as the CA, or as the signal lets it: the
 * check has failed then.
 * @throws AppError "not_found" when the account has no such certificate, "conflict" when there is nothing to ask
 */
export async function checkRevocation(
  scope: Scope,
  certificateId: string,
  now: Date,
  signal: AbortSignal,
): Promise<CheckView> {
  const certificate = await readSubject(scope, certificateId);
  if (certificate === null) throw new AppError("not_found", "There is no such certificate any more. Reload the page.");
  const refusal = refusalOf(certificate, now);
  if (refusal !== null) throw new AppError("conflict", refusal);
  const networks = env().CERTSWEEP_PROBE_NETWORKS;
  const options = { networks, signal, now, sparesHosts: false, listAgeMs: ASKED_AGE_MS };
  const inquiry = await inquire(scope, certificate, options).catch((error: unknown): Inquiry => {
    if (!signal.aborted) throw error;
    return { answer: "failed", source: null, sentence: "Its CA did not answer in time.", freshUntil: null };
  });
  await recordCheck(scope, { ...certificate, failures: certificate.failures ?? 0 }, { inquiry, now });
  return { answer: inquiry.answer, source: inquiry.source, sentence: checkSentence(inquiry), checkedAt: now };
}

type Asked = { source: Source; revokedAt: Date | null; notBefore: Date; notAfter: Date };

function refusalOf(certificate: Asked, now: Date): string | null {
  if (certificate.source === "issued")
    return "Only uploaded certificates are checked. Of this one Certsweep knows by itself.";
  switch (statusOf(certificate, now)) {
    case "revoked":
      return "It is revoked already, which is final.";
    case "expired":
      return "It has expired. CAs do not say any more whether they have revoked it.";
    case "valid":
    case "expiring":
    case "not_yet_valid":
      return null;
  }
}

async function readSubject(scope: Scope, id: string) {
  const [row] = await database()
    .select({
      id: certificates.id,
      source: certificates.source,
      revokedAt: certificates.revokedAt,
      notBefore: certificates.notBefore,
      notAfter: certificates.notAfter,
      pem: certificateContents.pem,
      chainPems: certificateContents.chainPems,
      failures: revocationChecks.failures,
    })
    .from(certificates)
    .innerJoin(
      certificateContents,
      and(eq(certificateContents.accountId, certificates.accountId), eq(certificateContents.id, certificates.id)),
    )
    .leftJoin(
      revocationChecks,
      and(eq(revocationChecks.accountId, certificates.accountId), eq(revocationChecks.certificateId, certificates.id)),
    )
    .where(and(eq(certificates.accountId, scope.accountId), eq(certificates.id, id)));
  return row ?? null;
}
