import "server-only";
import { and, asc, eq, inArray, ne, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { destinations, syncs } from "@/drizzle/schema/use";
import type { Scope } from "@/lib/auth/scope";
import { claimForRemoval, type SyncKey } from "@/lib/syncs/claim";
import { carryOutSync } from "@/lib/syncs/push";
import { AT_ONCE, REMOVED_STATE } from "@/lib/syncs/rules";

type Removing = {
  certificateIds: readonly string[];
  /** Destinations that are left alone; grows. */
  unwell: Set<string>;
  /** Asked before each copy. */
  goesOn: () => Promise<boolean>;
  clock: () => Date;
  signal: AbortSignal;
};

type Copy = SyncKey & { certificateId: string; destinationId: string };

/**
 * Removes the copies of certificates at their destinations, several at once, and returns when all were tried. One that
 * could not be removed has the reason in its sync, which stays active, and is tried again as any other.
 */
export async function removeCopiesOf(scope: Scope, removing: Removing): Promise<void> {
  const left = await listCopies(scope, removing.certificateIds);
  const takeTurns = async () => {
    for (let copy = left.shift(); copy !== undefined; copy = left.shift()) {
      if (removing.unwell.has(copy.destinationId)) continue;
      if (!(await removing.goesOn())) return;
      await removeCopy(scope, copy, removing);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, takeTurns));
}

/** Active copies at destinations that can be asked. */
function listCopies(scope: Scope, certificateIds: readonly string[]): Promise<Copy[]> {
  return database()
    .select({
      accountId: syncs.accountId,
      syncId: syncs.id,
      certificateId: syncs.certificateId,
      destinationId: syncs.destinationId,
    })
    .from(syncs)
    .innerJoin(destinations, and(eq(destinations.accountId, syncs.accountId), eq(destinations.id, syncs.destinationId)))
    .where(
      and(
        eq(syncs.accountId, scope.accountId),
        inArray(syncs.certificateId, [...certificateIds]),
        syncs.enabled,
        ne(syncs.state, REMOVED_STATE),
        sql`${destinations.kind} is not null`,
      ),
    )
    .orderBy(asc(syncs.id));
}

async function removeCopy(scope: Scope, copy: Copy, { unwell, clock, signal }: Removing): Promise<void> {
  // Where somebody is at it at this moment, what comes of that says whether the certificate may go.
  const claim = await claimForRemoval(scope, copy, clock());
  if (claim === null) return;
  if ((await carryOutSync(scope, claim, { clock, signal })) === "unwell") unwell.add(copy.destinationId);
}
