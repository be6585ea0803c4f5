import "server-only";
import { and, asc, eq, gt, isNull, lt, or, sql } from "drizzle-orm";
import { database, type Executor } from "@/drizzle/client";
import { bulkDeletionStops, bulkDeletions } from "@/drizzle/schema/bulk-deletions";
import type { Scope } from "@/lib/auth/scope";
import { addJob } from "@/lib/jobs/queue";
import { BULK_HEARTBEAT_LIMIT_MS } from "@/lib/removal/rules";

/** Leave to go on with a bulk deletion, until another server takes it over. */
export type BulkClaim = {
  bulkDeletionId: string;
  number: number;
  requestedById: string;
  requestedByTokenId: string | null;
  requestedByLabel: string;
};

export function ofBulk(scope: Pick<Scope, "accountId">, bulkDeletionId: string) {
  return and(eq(bulkDeletions.accountId, scope.accountId), eq(bulkDeletions.id, bulkDeletionId));
}

/** Not taken by anybody, or by a server that has not been heard of for too long. */
function isFree(now: Date) {
  const limit = new Date(now.getTime() - BULK_HEARTBEAT_LIMIT_MS);
  return and(
    isNull(bulkDeletions.finishedAt),
    or(eq(bulkDeletions.status, "queued"), lt(bulkDeletions.heartbeatAt, limit)),
  );
}

/** Takes a bulk deletion over; null when it has ended or another server is at it. */
export async function claimBulk(
  scope: Pick<Scope, "accountId">,
  bulkDeletionId: string,
  now: Date,
): Promise<BulkClaim | null> {
  const [claimed] = await database()
    .update(bulkDeletions)
    .set({
      status: "running",
      claim: sql`${bulkDeletions.claim} + 1`,
      startedAt: sql`coalesce(${bulkDeletions.startedAt}, ${now.toISOString()}::timestamptz)`,
      heartbeatAt: now,
    })
    .where(and(ofBulk(scope, bulkDeletionId), isFree(now)))
    .returning({
      bulkDeletionId: bulkDeletions.id,
      number: bulkDeletions.claim,
      requestedById: bulkDeletions.requestedById,
      requestedByTokenId: bulkDeletions.requestedByTokenId,
      requestedByLabel: bulkDeletions.requestedByLabel,
    });
  return claimed ?? null;
}

/** Gives a claimed bulk deletion back, for a job to go on with it. False when it was lost or has ended meanwhile. */
export async function releaseBulk(tx: Executor, scope: Scope, claim: BulkClaim): Promise<boolean> {
  const released = await tx
    .update(bulkDeletions)
    .set({ status: "queued" })
    .where(isHeldBy(scope, claim))
    .returning({ id: bulkDeletions.id });
  return released.length > 0;
}

/** The fence: true as long as nobody has taken it over or ended it. */
export function isHeldBy(scope: Scope, claim: BulkClaim) {
  return and(
    ofBulk(scope, claim.bulkDeletionId),
    eq(bulkDeletions.status, "running"),
    eq(bulkDeletions.claim, claim.number),
  );
}

/** Of the stop that somebody has asked for, the rest of a query correlated with `bulk_deletions`. */
export const bulkStopOf = sql`from ${bulkDeletionStops} where ${bulkDeletionStops.accountId} = ${bulkDeletions.accountId}
  and ${bulkDeletionStops.bulkDeletionId} = ${bulkDeletions.id}`;

/** Unfinished ones that nobody is at, though they were asked for a while ago: a page, in the order of their ids. */
export async function listLeftBulks(
  now: Date,
  { after, limit }: { after: string | null; limit: number },
): Promise<{ accountId: string; id: string }[]> {
  const limitAt = new Date(now.getTime() - BULK_HEARTBEAT_LIMIT_MS);
  return database()
    .select({ accountId: bulkDeletions.accountId, id: bulkDeletions.id })
    .from(bulkDeletions)
    .where(
      and(
        isNull(bulkDeletions.finishedAt),
        lt(sql`coalesce(${bulkDeletions.heartbeatAt}, ${bulkDeletions.requestedAt})`, limitAt),
        after === null ? undefined : gt(bulkDeletions.id, after),
      ),
    )
    .orderBy(asc(bulkDeletions.id))
    .limit(limit);
}

/** Has a job go on with a bulk deletion, in the caller's transaction. */
export async function addBulkJob(
  executor: Executor,
  scope: Pick<Scope, "accountId">,
  bulkDeletionId: string,
): Promise<void> {
  const payload = { accountId: scope.accountId, bulkDeletionId };
  await addJob(executor, { task: "bulk_deletion", payload, key: `bulk_deletion:${bulkDeletionId}`, attempts: 1 });
}
