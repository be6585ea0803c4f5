import "server-only";
import { and, eq, isNotNull } from "drizzle-orm";
import { database, type Transaction } from "@/drizzle/client";
import { syncs } from "@/drizzle/schema/use";
import { recordAudit } from "@/lib/audit/commands";
import type { Scope } from "@/lib/auth/scope";
import { log } from "@/lib/log";
import type { SyncClaim } from "@/lib/syncs/claim";
import { dropReported, replaceReported } from "@/lib/syncs/reported";
import { checkAgainAt, nextCheckAt, pushAgainAt, retryAt, type Setback } from "@/lib/syncs/rules";

/** Gives the sync back to whoever comes next. */
const FREE = { leaseUntil: null } as const;

/** The copy is there. */
export function recordPushed(
  claim: SyncClaim,
  { remoteId, fingerprint, now }: { remoteId: string; fingerprint: string; now: Date },
): Promise<boolean> {
  return underClaim(claim, {
    ...{ state: "active", remoteId, pushedFingerprint: fingerprint, pushedAt: now, error: null, attempts: 0 },
    // The first look, which also learns what uses the copy there, follows at once.
    ...{ nextAttemptAt: null, nextCheckAt: now },
  });
}

/** The copy was seen as it should be, and what uses it there. */
export function recordPresent(
  claim: SyncClaim,
  { inUseBy, reporter, now }: { inUseBy: string[]; reporter: string; now: Date },
): Promise<boolean> {
  return underClaim(claim, { checkedAt: now, error: null, nextCheckAt: nextCheckAt(claim.syncId, now) }, (tx) =>
    replaceReported(tx, claim, { inUseBy, reporter, now }),
  );
}

/** The copy is gone or was changed there: it is pushed again, but not over and over against somebody who changes it at once. */
export function recordDrift(
  scope: Scope,
  claim: SyncClaim,
  { found, destination, now }: { found: "absent" | "different"; destination: string; now: Date },
): Promise<boolean> {
  return underClaim(
    claim,
    { state: "pending", error: null, attempts: 0, nextAttemptAt: pushAgainAt(claim.pushedAt, now), nextCheckAt: null },
    async (tx) => {
      const details = { destination, found };
      await recordAudit(tx, scope, { now, action: "sync.drifted", subjectId: claim.certificateId, details });
    },
  );
}

/** The copy is gone, as was wished. */
export function recordRemoved(
  scope: Scope,
  claim: SyncClaim,
  { destination, remoteId, now }: { destination: string; remoteId: string | null; now: Date },
): Promise<boolean> {
  const cleared = { remoteId: null, pushedFingerprint: null, pushedAt: null, checkedAt: null, error: null };
  return underClaim(claim, { state: "removed", ...cleared, attempts: 0, nextAttemptAt: null }, async (tx) => {
    await dropReported(tx, claim);
    const details = { destination, remoteId, wishedBy: claim.removalWishedByLabel };
    await recordAudit(tx, scope, { now, action: "sync.removed", subjectId: claim.certificateId, details });
  });
}

/** It did not work this time. A copy that could not be looked at stays what it is. */
export function recordSetback(
  claim: SyncClaim,
  { sentence, setback, now }: { sentence: string; setback: Setback; now: Date },
): Promise<boolean> {
  switch (claim.state) {
    case "active":
      return underClaim(claim, { error: sentence, nextCheckAt: checkAgainAt(setback, now) });
    case "pending":
    case "failed":
      return underClaim(claim, {
        state: "failed",
        error: sentence,
        nextAttemptAt: retryAt(setback, claim.attempts, now),
      });
    case "removing":
      return underClaim(claim, { error: sentence, nextAttemptAt: retryAt(setback, claim.attempts, now) });
  }
}

/** The server stops: whoever is next takes it up at once. What the destination was told already is found again. */
export function releaseClaim(claim: SyncClaim): Promise<boolean> {
  return underClaim(claim, {});
}

/** Writes under the claim; false, and nothing written, when it was lost or the sync is gone. */
async function underClaim(
  claim: SyncClaim,
  values: Partial<typeof syncs.$inferInsert>,
  andThen: (tx: Transaction) => Promise<void> = async () => {},
): Promise<boolean> {
  const { accountId, syncId, number } = claim;
  return database().transaction(async (tx) => {
    const written = await tx
      .update(syncs)
      .set({ ...values, ...FREE })
      .where(
        and(
          eq(syncs.accountId, accountId),
          eq(syncs.id, syncId),
          eq(syncs.claimNumber, number),
          isNotNull(syncs.leaseUntil),
        ),
      )
      .returning({ id: syncs.id });
    if (written.length === 0) {
      log.warn({ syncId, remoteId: values.remoteId }, "a destination answered after its sync was gone or taken over");
      return false;
    }
    await andThen(tx);
    return true;
  });
}
