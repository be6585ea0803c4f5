import "server-only";
import { and, eq } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { revocations } from "@/drizzle/schema/certificates";
import { revocationChecks } from "@/drizzle/schema/revocation";
import type { Scope } from "@/lib/auth/scope";
import { revocationKeyOf } from "@/lib/certificates/import";
import type { CheckStanding, RevokedStanding } from "@/lib/revocation/check-rules";

export type RevocationStanding = { revoked: RevokedStanding | null; check: CheckStanding | null };

/** What is known of the revocation of a certificate, and what its CA said last; null where nobody asked or will. */
export async function readRevocationStanding(
  scope: Scope,
  certificate: { id: string; issuer: string; serial: string },
): Promise<RevocationStanding> {
  const [[revoked], [check]] = await Promise.all([
    database()
      .select({ revokedAt: revocations.revokedAt, reason: revocations.reason, origin: revocations.origin })
      .from(revocations)
      .where(and(eq(revocations.accountId, scope.accountId), eq(revocations.key, revocationKeyOf(certificate)))),
    database()
      .select({
        answer: revocationChecks.answer,
        source: revocationChecks.source,
        checkedAt: revocationChecks.checkedAt,
        problem: revocationChecks.problem,
        freshUntil: revocationChecks.freshUntil,
        nextCheckAt: revocationChecks.nextCheckAt,
      })
      .from(revocationChecks)
      .where(and(eq(revocationChecks.accountId, scope.accountId), eq(revocationChecks.certificateId, certificate.id))),
  ]);
  return { revoked: revoked ?? null, check: check ?? null };
}
