import "server-only";
import { and, asc, eq, isNotNull, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { pendingRevocations } from "@/drizzle/schema/revocation";
import { LEASE_MS, type RevocationReason } from "@/lib/revocation/rules";

export type RevocationKey = { accountId: string; certificateId: string };

/** A revocation that its holder alone may work at until the lease ends, and write to only while no later number was given. */
export type RevocationClaim = RevocationKey & {
  number: number;
  issuerId: string;
  reason: RevocationReason;
  /** With the one that begins now. */
  attempts: number;
};

export function ofWish({ accountId, certificateId }: RevocationKey): SQL | undefined {
  return and(eq(pendingRevocations.accountId, accountId), eq(pendingRevocations.certificateId, certificateId));
}

/** Nobody works at it, or whoever did is dead. */
function isFree(now: Date): SQL | undefined {
  return or(isNull(pendingRevocations.leaseUntil), lte(pendingRevocations.leaseUntil, now));
}

/** Revocations that are due and that nobody works at, the longest due first. */
export function findDue(now: Date, limit: number): Promise<RevocationKey[]> {
  return database()
    .select({ accountId: pendingRevocations.accountId, certificateId: pendingRevocations.certificateId })
    .from(pendingRevocations)
    .where(and(lte(pendingRevocations.nextAttemptAt, now), isFree(now)))
    .orderBy(asc(pendingRevocations.nextAttemptAt))
    .limit(limit);
}

/** Takes a revocation that is due or, when it `isAsked` for, one that waits; null when somebody else works at it. */
export async function claimRevocation(
  key: RevocationKey,
  { now, isAsked }: { now: Date; isAsked: boolean },
): Promise<RevocationClaim | null> {
  const [row] = await database()
    .update(pendingRevocations)
    .set({
      claimNumber: sql`${pendingRevocations.claimNumber} + 1`,
      attempts: sql`${pendingRevocations.attempts} + 1`,
      leaseUntil: new Date(now.getTime() + LEASE_MS),
      // One that was given up is taken up again, also by others if this server dies.
      ...(isAsked ? { nextAttemptAt: now } : {}),
    })
    .where(and(ofWish(key), isFree(now), isAsked ? undefined : lte(pendingRevocations.nextAttemptAt, now)))
    .returning({
      number: pendingRevocations.claimNumber,
      issuerId: pendingRevocations.issuerId,
      reason: pendingRevocations.reason,
      attempts: pendingRevocations.attempts,
    });
  return row === undefined ? null : { ...key, ...row };
}

/** Gives a revocation back with what is known now; false, and nothing written, when the claim was lost or it has ended. */
export async function endClaim(
  claim: RevocationClaim,
  values: { error?: string; nextAttemptAt?: Date | null },
): Promise<boolean> {
  const written = await database()
    .update(pendingRevocations)
    .set({ ...values, leaseUntil: null })
    .where(
      and(ofWish(claim), eq(pendingRevocations.claimNumber, claim.number), isNotNull(pendingRevocations.leaseUntil)),
    )
    .returning({ certificateId: pendingRevocations.certificateId });
  return written.length > 0;
}
