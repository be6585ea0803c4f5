import "server-only";
import { sql } from "drizzle-orm";
import type { Transaction } from "@/drizzle/client";
import { isStillReferenced, rowFaultOf } from "@/drizzle/failures";
import type { Scope } from "@/lib/auth/scope";
import { type RemovalBatch, removeBatch } from "@/lib/removal/engine";

export type Batch = RemovalBatch & { ids: string[] };
/** A certificate that the database refused to delete, and its words for why. */
export type Fault = { id: string; reason: string };
export type Removed = { removedIds: string[]; faults: Fault[] };

/**
 * Removes what the law allows of `ids`, within the caller's transaction. Rows that the database refuses (an unexpected
 * foreign key, a trigger that raises) are found by halving, so that each costs itself alone. What is in neither answer
 * was not allowed to go. Throws what is not a row's fault, such as a lost connection.
 */
export async function removeEach(tx: Transaction, scope: Scope, batch: Batch): Promise<Removed> {
  const { ids } = batch;
  const [only] = ids;
  if (only === undefined) return { removedIds: [], faults: [] };
  const tried = await tryToRemove(tx, scope, batch);
  if (tried.kind === "removed") return { removedIds: tried.removedIds, faults: [] };
  if (ids.length === 1) return removeLast(tx, scope, { ...batch, id: only, refusal: tried });
  const middle = Math.ceil(ids.length / 2);
  const left = await removeEach(tx, scope, { ...batch, ids: ids.slice(0, middle) });
  const right = await removeEach(tx, scope, { ...batch, ids: ids.slice(middle) });
  return { removedIds: [...left.removedIds, ...right.removedIds], faults: [...left.faults, ...right.faults] };
}

type Refusal = { kind: "refused"; isReferenced: boolean; reason: string };
type Tried = { kind: "removed"; removedIds: string[] } | Refusal;

/** A foreign key may mean that a deployment arrived this very moment: asked again, the law sees it and skips. */
async function removeLast(
  tx: Transaction,
  scope: Scope,
  { id, refusal, ...batch }: Batch & { id: string; refusal: Refusal },
): Promise<Removed> {
  const fault = { removedIds: [], faults: [{ id, reason: refusal.reason }] };
  if (!refusal.isReferenced) return fault;
  const again = await tryToRemove(tx, scope, batch);
  return again.kind === "removed" ? { removedIds: again.removedIds, faults: [] } : fault;
}

/** In a savepoint, so that a refusal undoes this attempt and nothing else of the batch. */
async function tryToRemove(tx: Transaction, scope: Scope, batch: Batch): Promise<Tried> {
  try {
    const { removedIds } = await tx.transaction(async (savepoint) => {
      // A constraint that somebody deferred would only speak at the commit, and cost the whole batch.
      await savepoint.execute(sql`set constraints all immediate`);
      return removeBatch(savepoint, scope, batch);
    });
    return { kind: "removed", removedIds };
  } catch (error) {
    const reason = rowFaultOf(error);
    if (reason === null) throw error;
    return { kind: "refused", isReferenced: isStillReferenced(error), reason };
  }
}

/** The ids that were neither removed nor refused by the database. */
export function stayedOf(ids: readonly string[], { removedIds, faults }: Removed): string[] {
  const settled = new Set([...removedIds, ...faults.map((fault) => fault.id)]);
  return ids.filter((id) => !settled.has(id));
}
