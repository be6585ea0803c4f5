import "server-only";
import { and, eq, gt, inArray, sql } from "drizzle-orm";
import { database, type Executor, type Transaction } from "@/drizzle/client";
import { FOREIGN_KEY_VIOLATION, sqlStateOf } from "@/drizzle/failures";
import { destinations, syncs } from "@/drizzle/schema/use";
import { correlated } from "@/drizzle/values";
import { recordAudit } from "@/lib/audit/commands";
import type { Scope } from "@/lib/auth/scope";
import { hasPrivateKey } from "@/lib/certificates/private-keys";
import { TAKES_BARE } from "@/lib/destinations/rules";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { addJob } from "@/lib/jobs/queue";
import { isFree, neverTried } from "@/lib/syncs/claim";
import { dropReported, keepReported } from "@/lib/syncs/reported";
import { copyProblem, REMOVED_STATE } from "@/lib/syncs/rules";
import type { EndedSync, KnownSync, NewSync } from "@/lib/syncs/schema";

/**
 * Wishes a copy of a certificate at a destination, which blocks its deletion from the commit on; the job that pushes it
 * is there with it. @throws AppError "conflict" when it is copied there or cannot be, "not_found" when either is gone
 */
export async function addSync(scope: Scope, wish: NewSync, now: Date): Promise<{ id: string }> {
  const { accountId, actor } = scope;
  const { certificateId, destinationId } = wish;
  const added = { addedAt: now, addedById: actor.id, addedByLabel: actor.label };
  const wished = { state: "pending", attempts: 0, nextAttemptAt: now, ...added } as const;
  try {
    return await database().transaction(async (tx) => {
      const { name } = await readTarget(tx, scope, wish);
      const [row] = await tx
        .insert(syncs)
        .values({ ...wished, accountId, id: newId(), certificateId, destinationId, enabled: true })
        // One whose copy is gone begins again.
        .onConflictDoUpdate({
          target: [syncs.accountId, syncs.certificateId, syncs.destinationId],
          set: { ...wished, enabled: true, removalWishedById: null, removalWishedByLabel: null },
          setWhere: eq(syncs.state, REMOVED_STATE),
        })
        .returning({ id: syncs.id });
      if (row === undefined) throw new AppError("conflict", `This certificate is synced to ${name} already.`);
      await recordAudit(tx, scope, {
        ...{ now, action: "sync.added", subjectId: certificateId },
        details: { destination: name, syncId: row.id },
      });
      await addSyncsJob(tx);
      return row;
    });
  } catch (error) {
    if (sqlStateOf(error) !== FOREIGN_KEY_VIOLATION) throw error;
    throw new AppError("not_found", "This certificate was deleted in the meantime.", { cause: error });
  }
}

/** The destination stays until the transaction ends. */
async function readTarget(tx: Transaction, scope: Scope, { certificateId, destinationId }: NewSync) {
  const [target] = await tx
    .select({ name: destinations.name, kind: destinations.kind })
    .from(destinations)
    .where(and(eq(destinations.accountId, scope.accountId), eq(destinations.id, destinationId)))
    .for("key share");
  if (target === undefined) throw new AppError("not_found", "There is no such destination. Reload the page.");
  const { name, kind } = target;
  const problem = copyProblem({
    hasPrivateKey: await hasPrivateKey(scope, certificateId, tx),
    takesBare: kind !== null && TAKES_BARE.includes(kind),
    isKnown: kind !== null,
  });
  if (problem !== null) throw new AppError("conflict", `It cannot be synced to ${name}. ${problem}`);
  return target;
}

/** Has a copy pushed at once, over what is there. @throws AppError when it is gone, being removed or being worked at */
export async function pushAgain(scope: Scope, known: KnownSync, now: Date): Promise<void> {
  await change(scope, known, now, {
    action: "sync.push_requested",
    write: (tx) =>
      tx
        .update(syncs)
        .set({
          ...{ state: "pending", nextAttemptAt: now, nextCheckAt: null },
          // One is left of those there were: it may have left a copy that nobody knows of yet.
          attempts: sql`least(${syncs.attempts}, 1)`,
        })
        .where(and(ofSync(scope, known), isFree(now), syncs.enabled, inArray(syncs.state, PUSHED), isReachable))
        .returning({ remoteId: syncs.remoteId }),
  });
}

const PUSHED = ["pending", "active", "failed"] as const;

/** Has a copy looked at at once. @throws AppError as above */
export async function checkNow(scope: Scope, known: KnownSync, now: Date): Promise<void> {
  await change(scope, known, now, {
    // Looking changes nothing.
    action: null,
    write: (tx) =>
      tx
        .update(syncs)
        .set({ nextCheckAt: now })
        .where(and(ofSync(scope, known), isFree(now), syncs.enabled, eq(syncs.state, "active"), isReachable))
        .returning({ remoteId: syncs.remoteId }),
  });
}

/**
 * Ends a sync: "remove" has its copy removed first, and it counts until that is done; "leave" leaves the copy where it is
 * and forgets it. @throws AppError when it is gone or is being worked at, so that no copy is left that nobody knows of
 */
export async function endSync(scope: Scope, { copy, ...known }: EndedSync, now: Date): Promise<void> {
  if (copy === "leave") return leaveCopy(scope, known, now);
  await change(scope, known, now, {
    action: "sync.removal_requested",
    write: (tx) =>
      tx
        .update(syncs)
        .set({
          // Where no attempt ever began, nothing can be there.
          state: sql`case when ${neverTried} then 'removed' else 'removing' end`,
          nextAttemptAt: sql`case when ${neverTried} then null else ${now.toISOString()}::timestamptz end`,
          ...{ attempts: 0, nextCheckAt: null, error: null },
          ...{ removalWishedById: scope.actor.id, removalWishedByLabel: scope.actor.label },
        })
        .where(
          and(ofSync(scope, known), isFree(now), syncs.enabled, sql`${syncs.state} <> ${REMOVED_STATE}`, isReachable),
        )
        .returning({ remoteId: syncs.remoteId }),
  });
}

async function leaveCopy(scope: Scope, known: KnownSync, now: Date): Promise<void> {
  await change(scope, known, now, {
    action: "sync.left",
    write: async (tx) => {
      const left = await tx
        .delete(syncs)
        .where(and(ofSync(scope, known), isFree(now)))
        .returning({ remoteId: syncs.remoteId, state: syncs.state });
      const ofReports = { accountId: scope.accountId, syncId: known.syncId };
      if (left[0]?.state === REMOVED_STATE) await dropReported(tx, ofReports);
      else if (left.length > 0) await keepReported(tx, ofReports);
      return left;
    },
  });
}

/** Something is known of its destination besides the name. */
const isReachable = sql`exists (select 1 from ${destinations} where ${destinations.accountId} = ${syncs.accountId}
  and ${destinations.id} = ${syncs.destinationId} and ${destinations.kind} is not null)`;

type Change = {
  action: "sync.push_requested" | "sync.removal_requested" | "sync.left" | null;
  write: (tx: Transaction) => Promise<{ remoteId: string | null }[]>;
};

/** Writes and audits, with the job that does what is wished. @throws AppError with the reason when nothing could be written */
async function change(scope: Scope, known: KnownSync, now: Date, { action, write }: Change): Promise<void> {
  await database().transaction(async (tx) => {
    const destination = await readDestinationName(tx, scope, known);
    if (destination === null) throw new AppError("not_found", "This sync was removed in the meantime.");
    const [changed] = await write(tx);
    if (changed === undefined) return explainRefusal(tx, scope, { ...known, destination, now });
    if (action !== null) {
      const details = { destination, syncId: known.syncId, remoteId: changed.remoteId };
      await recordAudit(tx, scope, { now, action, subjectId: known.certificateId, details });
    }
    await addSyncsJob(tx);
  });
}

async function readDestinationName(tx: Transaction, scope: Scope, known: KnownSync): Promise<string | null> {
  const [row] = await tx
    .select({ name: destinations.name })
    .from(syncs)
    .innerJoin(destinations, and(eq(destinations.accountId, syncs.accountId), eq(destinations.id, syncs.destinationId)))
    .where(ofSync(scope, known));
  return row?.name ?? null;
}

async function explainRefusal(
  tx: Transaction,
  scope: Scope,
  { destination, now, ...known }: KnownSync & { destination: string; now: Date },
): Promise<void> {
  const [sync] = await tx
    .select({
      state: syncs.state,
      enabled: syncs.enabled,
      isFree: sql<boolean>`${isFree(now)}`,
      isReachable: correlated<boolean>(isReachable),
    })
    .from(syncs)
    .where(ofSync(scope, known));
  if (sync === undefined) throw new AppError("not_found", "This sync was removed in the meantime.");
  if (!sync.isFree) throw new AppError("conflict", `${destination} is being asked right now. Try again in a moment.`);
  if (sync.state === REMOVED_STATE) throw new AppError("conflict", "Its copy is gone already.");
  if (sync.state === "removing") throw new AppError("conflict", "Its copy is being removed.");
  if (!sync.isReachable) {
    throw new AppError("conflict", `Certsweep knows no more of ${destination} than its name, so it cannot reach it.`);
  }
  throw new AppError(
    "conflict",
    sync.enabled ? "It is not there yet. Wait for the push." : "This sync is switched off.",
  );
}

function ofSync(scope: Scope, { certificateId, syncId }: KnownSync) {
  return and(eq(syncs.accountId, scope.accountId), eq(syncs.id, syncId), eq(syncs.certificateId, certificateId));
}

/** Has everything that waits to be pushed to or removed from a destination tried at once. */
export async function tryAgain(
  executor: Executor,
  scope: Scope,
  { destinationId, now }: { destinationId: string; now: Date },
): Promise<void> {
  await executor
    .update(syncs)
    .set({ nextAttemptAt: now })
    .where(
      and(
        eq(syncs.accountId, scope.accountId),
        eq(syncs.destinationId, destinationId),
        gt(syncs.nextAttemptAt, now),
        isFree(now),
      ),
    );
  await addSyncsJob(executor);
}

/** Has the syncs that are due worked at soon. Without it they wait for the next minute. */
export async function addSyncsJob(executor: Executor): Promise<void> {
  await addJob(executor, { task: "syncs_tick", payload: {}, key: "syncs_tick", attempts: 1 });
}
