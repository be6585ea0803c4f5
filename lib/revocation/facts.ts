import "server-only";
import { type AnyColumn, and, eq, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Executor } from "@/drizzle/client";
import { certificateContents, certificates, revocations } from "@/drizzle/schema/certificates";
import { pendingRevocations } from "@/drizzle/schema/revocation";
import { at } from "@/drizzle/values";
import { recordAudit } from "@/lib/audit/commands";
import type { Scope } from "@/lib/auth/scope";
import { revocationKeyOf } from "@/lib/certificates/import";
import type { RevocationOrigin } from "@/lib/revocation/rules";

export type Revoked = {
  /** Of a certificate of the account, which may be gone from the inventory by now. */
  certificateId: string;
  revokedAt: Date;
  /** CRLReason by its name (RFC 5280 §5.3.1). */
  reason: string;
  origin: RevocationOrigin;
  /** The private CA of this account that issued it; null for any other CA. */
  authorityId: string | null;
};

/** "already": it was known before, and at most its time was set back; "unknown": the account never had it. */
export type Recorded = "recorded" | "already" | "unknown";

/**
 * Notes in the caller's transaction that a certificate is revoked: for good, for its row in the inventory if there is one,
 * and in its history; the wish to revoke it is fulfilled. Of several times the earliest stays, but for what a private CA
 * here has published already.
 */
export async function recordRevocation(tx: Executor, scope: Scope, revoked: Revoked, now: Date): Promise<Recorded> {
  const { certificateId, revokedAt, reason, origin } = revoked;
  const facts = await readFacts(tx, scope, certificateId);
  if (facts === null) return "unknown";
  const ofRow = and(eq(certificates.accountId, scope.accountId), eq(certificates.fingerprint, facts.fingerprint));
  // In the order of a deletion: the certificate, then the wish that hangs on it.
  await tx.select({ id: certificates.id }).from(certificates).where(ofRow).for("update");
  const isNew = await keepFacts(tx, scope, { ...revoked, ...facts });
  const isMarked = await markRevoked(tx, { scope, key: facts.key, ofRow });
  await tx
    .delete(pendingRevocations)
    .where(and(eq(pendingRevocations.accountId, scope.accountId), eq(pendingRevocations.certificateId, certificateId)));
  if (!isNew && !isMarked) return "already";
  const details = { origin, reason, revokedAt: revokedAt.toISOString() };
  await recordAudit(tx, scope, { now, action: "certificate.revoked", subjectId: certificateId, details });
  return "recorded";
}

/** Contents outlast their certificate, so what is revoked is known also when it was deleted meanwhile. */
async function readFacts(tx: Executor, scope: Scope, certificateId: string) {
  const [contents] = await tx
    .select({ details: certificateContents.details })
    .from(certificateContents)
    .where(and(eq(certificateContents.accountId, scope.accountId), eq(certificateContents.id, certificateId)));
  if (contents === undefined) return null;
  const { issuer, serial, serialHex, fingerprint, notAfter } = contents.details;
  return { key: revocationKeyOf({ issuer, serial }), issuer, serial, serialHex, fingerprint, notAfter };
}

type Facts = Revoked & NonNullable<Awaited<ReturnType<typeof readFacts>>>;

/** True when nothing was known of it before. */
async function keepFacts(tx: Executor, scope: Scope, facts: Facts): Promise<boolean> {
  const { key, issuer, serial, revokedAt, reason, origin, authorityId } = facts;
  const [kept] = await tx
    .insert(revocations)
    .values({
      ...{ accountId: scope.accountId, key, issuer, serial, revokedAt, reason, origin, authorityId },
      serialHex: authorityId === null ? null : facts.serialHex,
      notAfter: new Date(facts.notAfter),
    })
    .onConflictDoUpdate({
      target: [revocations.accountId, revocations.key],
      set: {
        // Each value is computed from the row as it was.
        reason: earlier(sql`${reason}`, revocations.reason, revokedAt),
        origin: earlier(sql`${origin}`, revocations.origin, revokedAt),
        revokedAt: sql`least(${revocations.revokedAt}, ${at(revokedAt)})`,
        ...(authorityId === null ? {} : { authorityId, serialHex: facts.serialHex }),
      },
      setWhere: sql`${revocations.authorityId} is null and (${revocations.revokedAt} > ${at(revokedAt)} or ${authorityId !== null})`,
    })
    // Of a row that was there before, the transaction that made it is another one.
    .returning({ isNew: sql<boolean>`xmax = 0` });
  return kept?.isNew ?? false;
}

function earlier(value: SQL, kept: AnyColumn, revokedAt: Date): SQL {
  return sql`case when ${revocations.revokedAt} > ${at(revokedAt)} then ${value} else ${kept} end`;
}

type Marking = { scope: Scope; key: string; ofRow: SQL | undefined };

/** Gives the certificate in the inventory the time that is kept for good; true when it was not revoked before. */
async function markRevoked(tx: Executor, { scope, key, ofRow }: Marking): Promise<boolean> {
  const kept = sql`(select ${revocations.revokedAt} from ${revocations}
    where ${revocations.accountId} = ${scope.accountId} and ${revocations.key} = ${key})`;
  const before = await tx.select({ revokedAt: certificates.revokedAt }).from(certificates).where(ofRow);
  await tx
    .update(certificates)
    .set({ revokedAt: kept })
    .where(and(ofRow, or(isNull(certificates.revokedAt), sql`${certificates.revokedAt} <> ${kept}`)));
  return before.some(({ revokedAt }) => revokedAt === null);
}
