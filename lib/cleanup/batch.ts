import "server-only";
import { and, asc, eq, sql } from "drizzle-orm";
import type { Database } from "@/drizzle/client";
import { isStillReferenced } from "@/drizzle/failures";
import { certificates } from "@/drizzle/schema/certificates";
import { at, correlated, idArray } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import { type Failure, rowFaultOf } from "@/lib/cleanup/failures";
import { BATCH_SIZE } from "@/lib/cleanup/rules";
import type { Claim } from "@/lib/cleanup/schedule";
import { removeBatch } from "@/lib/removal/engine";
import { deployed, longExpired, synced } from "@/lib/removal/predicates";

export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];

/** The last certificate that was looked at, in the order of expiry. */
export type Cursor = { notAfter: Date; id: string };

/** What one batch did; a null cursor says that there is nothing after it. */
export type BatchOutcome = {
  cursor: Cursor | null;
  removed: number;
  skippedDeployed: number;
  skippedSynced: number;
  failures: Failure[];
};

type Batch = { claim: Claim; after: Cursor | null; now: Date };
type Fault = { id: string; reason: string };
type Removed = { removedIds: string[]; faults: Fault[] };

const CHANGING = "It changed while it was being judged. The next run judges it again.";

/** Looks at the next certificates that are old enough, removes those that may go and says why the others stayed. */
export async function removeNextBatch(tx: Transaction, scope: Scope, batch: Batch): Promise<BatchOutcome> {
  const page = await nextPage(tx, scope, batch);
  const ids = page.map((row) => row.id);
  const first = await removeOrSplit(tx, scope, { ...batch, ids });
  const stayed = await whyStayed(tx, scope, { ...batch, ids: without(ids, first) });
  // What had a reason to stay a moment ago and has none now is asked for once more.
  const second = await removeOrSplit(tx, scope, { ...batch, ids: stayed.unexplained });
  const unexplained = without(stayed.unexplained, second).map((id) => ({ id, reason: CHANGING }));
  const failures = await nameFaults(tx, scope, [...first.faults, ...second.faults, ...unexplained]);
  const last = page.at(-1);
  return {
    cursor: page.length < BATCH_SIZE || last === undefined ? null : last,
    removed: first.removedIds.length + second.removedIds.length,
    skippedDeployed: stayed.deployed,
    skippedSynced: stayed.synced,
    failures,
  };
}

function nextPage(tx: Transaction, scope: Scope, { claim, after }: Batch): Promise<Cursor[]> {
  const isAfter =
    after === null
      ? undefined
      : sql`(${certificates.notAfter}, ${certificates.id}) > (${at(after.notAfter)}, ${after.id}::uuid)`;
  return tx
    .select({ notAfter: certificates.notAfter, id: certificates.id })
    .from(certificates)
    .where(and(eq(certificates.accountId, scope.accountId), longExpired(claim.cutoff), isAfter))
    .orderBy(asc(certificates.notAfter), asc(certificates.id))
    .limit(BATCH_SIZE);
}

/** Removes what the law allows. Rows that the database refuses are found by halving, so that each costs itself alone. */
async function removeOrSplit(tx: Transaction, scope: Scope, batch: Batch & { ids: string[] }): Promise<Removed> {
  const { ids } = batch;
  const [only] = ids;
  if (only === undefined) return { removedIds: [], faults: [] };
  const tried = await tryToRemove(tx, scope, batch);
  if (tried.kind === "removed") return { removedIds: tried.removedIds, faults: [] };
  if (ids.length === 1) return removeLast(tx, scope, { ...batch, id: only, ...tried });
  const middle = Math.ceil(ids.length / 2);
  const left = await removeOrSplit(tx, scope, { ...batch, ids: ids.slice(0, middle) });
  const right = await removeOrSplit(tx, scope, { ...batch, ids: ids.slice(middle) });
  return { removedIds: [...left.removedIds, ...right.removedIds], faults: [...left.faults, ...right.faults] };
}

/** A foreign key may mean that a deployment arrived this very moment: asked again, the law sees it and skips. */
async function removeLast(
  tx: Transaction,
  scope: Scope,
  batch: Batch & { ids: string[]; id: string; isReferenced: boolean; reason: string },
): Promise<Removed> {
  const fault = { removedIds: [], faults: [{ id: batch.id, reason: batch.reason }] };
  if (!batch.isReferenced) return fault;
  const again = await tryToRemove(tx, scope, batch);
  return again.kind === "removed" ? { removedIds: again.removedIds, faults: [] } : fault;
}

type Tried = { kind: "removed"; removedIds: string[] } | { kind: "refused"; isReferenced: boolean; reason: string };

/** In a savepoint, so that a refusal undoes this attempt and nothing else of the batch. */
async function tryToRemove(tx: Transaction, scope: Scope, batch: Batch & { ids: string[] }): Promise<Tried> {
  const { ids, now, claim } = batch;
  try {
    const { removedIds } = await tx.transaction((savepoint) =>
      removeBatch(savepoint, scope, { ids, now, law: { kind: "cleanup", ...claim } }),
    );
    return { kind: "removed", removedIds };
  } catch (error) {
    const reason = rowFaultOf(error);
    if (reason === null) throw error;
    return { kind: "refused", isReferenced: isStillReferenced(error), reason };
  }
}

function without(ids: string[], { removedIds, faults }: Removed): string[] {
  const settled = new Set([...removedIds, ...faults.map((fault) => fault.id)]);
  return ids.filter((id) => !settled.has(id));
}

/** The reasons of those that stayed; one that is both deployed and synced counts as deployed. */
async function whyStayed(tx: Transaction, scope: Scope, { claim, ids }: Batch & { ids: string[] }) {
  if (ids.length === 0) return { deployed: 0, synced: 0, unexplained: [] };
  const rows = await tx
    .select({
      id: certificates.id,
      isDeployed: correlated<boolean>(deployed),
      isSynced: correlated<boolean>(synced),
    })
    .from(certificates)
    .where(and(eq(certificates.accountId, scope.accountId), sql`${certificates.id} = any(${idArray(ids)})`));
  const heeded = rows.filter((row) => !row.isDeployed && row.isSynced && claim.skipSynced);
  const free = rows.filter((row) => !row.isDeployed && !(row.isSynced && claim.skipSynced));
  return {
    deployed: rows.length - heeded.length - free.length,
    synced: heeded.length,
    unexplained: free.map((row) => row.id),
  };
}

/** Each with its certificate's name. One that somebody has removed by hand meanwhile is no failure and is left out. */
async function nameFaults(tx: Transaction, scope: Scope, faults: Fault[]): Promise<Failure[]> {
  if (faults.length === 0) return [];
  const ids = faults.map((fault) => fault.id);
  const rows = await tx
    .select({ id: certificates.id, name: certificates.name })
    .from(certificates)
    .where(and(eq(certificates.accountId, scope.accountId), sql`${certificates.id} = any(${idArray(ids)})`));
  const names = new Map(rows.map((row) => [row.id, row.name]));
  return faults.flatMap(({ id, reason }) => {
    const name = names.get(id);
    return name === undefined ? [] : [{ name, reason }];
  });
}
