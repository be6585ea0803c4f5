import "server-only";
import { and, eq, sql } from "drizzle-orm";
import { database, type Transaction } from "@/drizzle/client";
import { isLostConnection, reasonOf } from "@/drizzle/failures";
import { waitBriefly } from "@/drizzle/patience";
import { bulkDeletionChunks, bulkDeletions } from "@/drizzle/schema/bulk-deletions";
import { at, correlated } from "@/drizzle/values";
import { roleOf } from "@/lib/accounts/queries";
import type { Role } from "@/lib/accounts/rules";
import { roleMay } from "@/lib/auth/rules";
import type { Scope } from "@/lib/auth/scope";
import { checkBeforeDeletion } from "@/lib/deployments/checks";
import { log } from "@/lib/log";
import { type ChunkOutcome, removeChunk } from "@/lib/removal/bulk-chunk";
import { addBulkJob, type BulkClaim, bulkStopOf, isHeldBy, ofBulk, releaseBulk } from "@/lib/removal/bulk-claim";
import { BULK_TURN_MS } from "@/lib/removal/rules";
import { roleOfToken } from "@/lib/tokens/queries";

/** The clock is read once a chunk; `signal` aborts when the server stops. */
type RunOptions = { clock: () => Date; signal: AbortSignal };

/** How a turn came out: it has ended, it goes on in a later job, or another server has it. */
export type Turn = "ended" | "left" | "claim_lost";

const MAY_NOT_ANY_MORE =
  "Whoever asked for it may not delete certificates any more. What had been removed stays removed.";

/**
 * Goes on with a claimed bulk deletion, chunk after chunk, until it ends, the turn is over or the server stops. Each chunk
 * is one transaction that removes, records and counts, or does none of it.
 */
export async function carryOutBulk(scope: Scope, claim: BulkClaim, { clock, signal }: RunOptions): Promise<Turn> {
  const begun = clock();
  try {
    for (;;) {
      const now = clock();
      if (signal.aborted || now.getTime() - begun.getTime() > BULK_TURN_MS) return await leave(scope, claim);
      await checkNextChunk(scope, claim, { now, clock, signal });
      const step = await database().transaction((tx) => takeStep(tx, scope, { claim, now }));
      if (step !== "more") return step;
    }
  } catch (error) {
    return endBadly(scope, claim, { error, now: clock() });
  }
}

/** Looks at the endpoints of the next chunk's certificates, as long as the claim is held and nobody wants it to stop. */
async function checkNextChunk(
  scope: Scope,
  claim: BulkClaim,
  { now, clock, signal }: RunOptions & { now: Date },
): Promise<void> {
  const [next] = await database()
    .select({ ids: bulkDeletionChunks.certificateIds })
    .from(bulkDeletions)
    .innerJoin(bulkDeletionChunks, isNextChunk)
    .where(isHeldBy(scope, claim));
  if (next === undefined) return;
  const goesOn = async () => {
    const beats = await database()
      .update(bulkDeletions)
      .set({ heartbeatAt: clock() })
      .where(and(isHeldBy(scope, claim), sql`not ${isToStop}`))
      .returning({ id: bulkDeletions.id });
    return !signal.aborted && beats.length > 0;
  };
  await checkBeforeDeletion(scope, { ids: next.ids, now, goesOn });
}

const isToStop = correlated<boolean>(
  sql`(${bulkDeletions.stopRequestedAt} is not null or exists (select 1 ${bulkStopOf}))`,
);

const isNextChunk = and(
  eq(bulkDeletionChunks.accountId, bulkDeletions.accountId),
  eq(bulkDeletionChunks.bulkDeletionId, bulkDeletions.id),
  eq(bulkDeletionChunks.number, bulkDeletions.nextChunk),
);

/** One chunk under the claim: the row of the bulk deletion stays locked until it commits, so nobody can take it over meanwhile. */
async function takeStep(
  tx: Transaction,
  scope: Scope,
  { claim, now }: { claim: BulkClaim; now: Date },
): Promise<Turn | "more"> {
  await waitBriefly(tx);
  const [held] = await tx
    .update(bulkDeletions)
    .set({ heartbeatAt: sql`greatest(${bulkDeletions.heartbeatAt}, ${at(now)})` })
    .where(isHeldBy(scope, claim))
    .returning({
      isToStop,
      nextChunk: bulkDeletions.nextChunk,
      chunks: bulkDeletions.chunks,
      failed: bulkDeletions.failed,
    });
  if (held === undefined) return "claim_lost";
  if (held.isToStop) return end(tx, scope, claim, { status: "stopped", now });
  const role = await roleOfRequester(tx, scope, { claim, now });
  if (role === null || !roleMay(role, "certificates:delete"))
    return end(tx, scope, claim, { status: "failed", error: MAY_NOT_ANY_MORE, now });
  const ids = await readChunk(tx, scope, { claim, number: held.nextChunk });
  const outcome = await removeChunk(tx, scope, { claim, ids, now });
  await count(tx, scope, claim, outcome);
  if (held.nextChunk + 1 < held.chunks) return "more";
  const hasErrors = held.failed + outcome.failed > 0;
  return end(tx, scope, claim, { status: hasErrors ? "succeeded_with_errors" : "succeeded", now });
}

function roleOfRequester(
  tx: Transaction,
  scope: Scope,
  { claim, now }: { claim: BulkClaim; now: Date },
): Promise<Role | null> {
  const { requestedById, requestedByTokenId } = claim;
  if (requestedByTokenId === null) return roleOf(tx, scope, requestedById);
  return roleOfToken(tx, scope, { tokenId: requestedByTokenId, now });
}

async function readChunk(
  tx: Transaction,
  scope: Scope,
  { claim, number }: { claim: BulkClaim; number: number },
): Promise<string[]> {
  const [chunk] = await tx
    .select({ ids: bulkDeletionChunks.certificateIds })
    .from(bulkDeletionChunks)
    .where(
      and(
        eq(bulkDeletionChunks.accountId, scope.accountId),
        eq(bulkDeletionChunks.bulkDeletionId, claim.bulkDeletionId),
        eq(bulkDeletionChunks.number, number),
      ),
    );
  if (chunk === undefined) throw new Error("A bulk deletion lacks one of its chunks");
  return chunk.ids;
}

async function count(tx: Transaction, scope: Scope, claim: BulkClaim, outcome: ChunkOutcome): Promise<void> {
  const { skipped } = outcome;
  await tx
    .update(bulkDeletions)
    .set({
      nextChunk: sql`${bulkDeletions.nextChunk} + 1`,
      removed: sql`${bulkDeletions.removed} + ${outcome.removed}`,
      skippedStillValid: sql`${bulkDeletions.skippedStillValid} + ${skipped.still_valid}`,
      skippedDeployed: sql`${bulkDeletions.skippedDeployed} + ${skipped.deployed}`,
      skippedSynced: sql`${bulkDeletions.skippedSynced} + ${skipped.synced}`,
      skippedGone: sql`${bulkDeletions.skippedGone} + ${skipped.gone}`,
      failed: sql`${bulkDeletions.failed} + ${outcome.failed}`,
    })
    .where(ofBulk(scope, claim.bulkDeletionId));
}

type End = { status: "succeeded" | "succeeded_with_errors" | "stopped" | "failed"; error?: string; now: Date };

async function end(tx: Transaction, scope: Scope, claim: BulkClaim, { status, error, now }: End): Promise<Turn> {
  const ended = await tx
    .update(bulkDeletions)
    .set({ status, error: error ?? null, finishedAt: now, heartbeatAt: now })
    .where(isHeldBy(scope, claim))
    .returning({ id: bulkDeletions.id });
  return ended.length === 0 ? "claim_lost" : "ended";
}

/** Lets other jobs take their turn, or another server go on where this one stops. */
async function leave(scope: Scope, claim: BulkClaim): Promise<Turn> {
  return database().transaction(async (tx) => {
    if (!(await releaseBulk(tx, scope, claim))) return "claim_lost";
    await addBulkJob(tx, scope, claim.bulkDeletionId);
    return "left";
  });
}

/** A lost connection ends nothing: the old heartbeat tells, and another turn goes on. Anything else is told and ends it. */
async function endBadly(scope: Scope, claim: BulkClaim, { error, now }: { error: unknown; now: Date }): Promise<Turn> {
  const { bulkDeletionId } = claim;
  log.error({ err: error, bulkDeletionId }, "a bulk deletion could not go on");
  if (isLostConnection(error)) return "left";
  const reason = reasonOf(error) ?? "An unforeseen error; the server's log has it.";
  try {
    return await database().transaction((tx) => end(tx, scope, claim, { status: "failed", error: reason, now }));
  } catch (cause) {
    log.error({ err: cause, bulkDeletionId }, "nor could its end be noted");
    return "left";
  }
}
