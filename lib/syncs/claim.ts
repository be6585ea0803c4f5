import "server-only";
import { and, asc, eq, isNull, lte, ne, notInArray, or, type SQL, sql } from "drizzle-orm";
import { unionAll } from "drizzle-orm/pg-core";
import { database } from "@/drizzle/client";
import { syncs } from "@/drizzle/schema/use";
import { at } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import { CLOCK_TOLERANCE_MS, LEASE_MS, REMOVED_STATE, type SyncState } from "@/lib/syncs/rules";

export type SyncKey = { accountId: string; syncId: string };

/** A sync that its holder alone may work at until the lease ends, and write to only while no later number was given. */
export type SyncClaim = SyncKey & {
  number: number;
  certificateId: string;
  destinationId: string;
  state: Exclude<SyncState, "removed">;
  remoteId: string | null;
  /** Of what is wished, with the one that begins now. */
  attempts: number;
  pushedAt: Date | null;
  removalWishedByLabel: string | null;
};

/** Nobody works at it, or whoever did is dead. */
export function isFree(now: Date): SQL | undefined {
  return or(isNull(syncs.leaseUntil), lte(syncs.leaseUntil, now));
}

/** Has the words of the partial indexes, so that they are used. */
function isDueFor(column: typeof syncs.nextAttemptAt | typeof syncs.nextCheckAt, now: Date): SQL | undefined {
  return lte(column, new Date(now.getTime() + CLOCK_TOLERANCE_MS));
}

/** Syncs that are due and that nobody works at, the longest due first, but for those at the destinations named. */
export async function findDue(
  now: Date,
  { limit, without }: { limit: number; without: readonly string[] },
): Promise<(SyncKey & { destinationId: string })[]> {
  const among = (column: typeof syncs.nextAttemptAt | typeof syncs.nextCheckAt) =>
    database()
      .select({
        accountId: syncs.accountId,
        syncId: syncs.id,
        destinationId: syncs.destinationId,
        dueAt: sql<Date>`${column}`.as("due_at"),
      })
      .from(syncs)
      .where(
        and(
          isDueFor(column, now),
          syncs.enabled,
          isFree(now),
          without.length === 0 ? undefined : notInArray(syncs.destinationId, [...without]),
        ),
      )
      .orderBy(asc(column))
      .limit(limit);
  const found = await unionAll(among(syncs.nextAttemptAt), among(syncs.nextCheckAt)).orderBy(sql`due_at`).limit(limit);
  return found.map(({ dueAt: _, ...due }) => due);
}

const claimed = {
  number: syncs.claimNumber,
  certificateId: syncs.certificateId,
  destinationId: syncs.destinationId,
  state: syncs.state,
  remoteId: syncs.remoteId,
  attempts: syncs.attempts,
  pushedAt: syncs.pushedAt,
  removalWishedByLabel: syncs.removalWishedByLabel,
};

/** As values of a `syncs` row: no attempt ever began, so nothing can be there. A removal is told by its state. */
export const neverTried = sql`(${syncs.remoteId} is null and ${syncs.attempts} = 0 and ${syncs.state} = 'pending')`;

/**
 * Takes an active sync to remove its copy, whatever was wished before; null when nothing is to be removed or somebody else
 * works at it.
 */
export async function claimForRemoval(
  { accountId, actor }: Pick<Scope, "accountId" | "actor">,
  { syncId }: Pick<SyncKey, "syncId">,
  now: Date,
): Promise<SyncClaim | null> {
  const unlessUntried = (value: SQL) => sql`case when ${neverTried} then null else ${value} end`;
  const [row] = await database()
    .update(syncs)
    .set({
      state: sql`case when ${neverTried} then 'removed' else 'removing' end`,
      attempts: sql`case when ${syncs.state} = 'removing' then ${syncs.attempts} + 1 else 1 end`,
      nextAttemptAt: unlessUntried(at(now)),
      leaseUntil: unlessUntried(at(new Date(now.getTime() + LEASE_MS))),
      claimNumber: sql`${syncs.claimNumber} + 1`,
      ...{ error: null, nextCheckAt: null, removalWishedById: actor.id, removalWishedByLabel: actor.label },
    })
    .where(
      and(
        eq(syncs.accountId, accountId),
        eq(syncs.id, syncId),
        syncs.enabled,
        ne(syncs.state, REMOVED_STATE),
        isFree(now),
      ),
    )
    .returning(claimed);
  return claimOf({ accountId, syncId }, row);
}

type Claimed = Omit<SyncClaim, keyof SyncKey | "state"> & { state: SyncState };

function claimOf(key: SyncKey, row: Claimed | undefined): SyncClaim | null {
  if (row === undefined) return null;
  const { state, ...rest } = row;
  return state === REMOVED_STATE ? null : { ...key, state, ...rest };
}

/** Takes a sync that is due; null when it is not, any more, or somebody else works at it. */
export async function claimSync({ accountId, syncId }: SyncKey, now: Date): Promise<SyncClaim | null> {
  const [row] = await database()
    .update(syncs)
    .set({
      claimNumber: sql`${syncs.claimNumber} + 1`,
      leaseUntil: new Date(now.getTime() + LEASE_MS),
      attempts: sql`${syncs.attempts} + case when ${syncs.state} = 'active' then 0 else 1 end`,
    })
    .where(
      and(
        eq(syncs.accountId, accountId),
        eq(syncs.id, syncId),
        syncs.enabled,
        or(isDueFor(syncs.nextAttemptAt, now), isDueFor(syncs.nextCheckAt, now)),
        isFree(now),
      ),
    )
    .returning(claimed);
  // The checks of the table allow nothing to be due that is removed.
  return claimOf({ accountId, syncId }, row);
}
