import "server-only";
import { and, asc, eq, gt } from "drizzle-orm";
import { database, type Transaction } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import type { Scope } from "@/lib/auth/scope";
import type { Failure } from "@/lib/cleanup/failures";
import type { Claim } from "@/lib/cleanup/schedule";
import { noteFailures, noteSkips } from "@/lib/cleanup/skips";
import { removeEach, stayedOf } from "@/lib/removal/bisect";
import { longExpired } from "@/lib/removal/predicates";

/** What one batch did. */
export type BatchOutcome = {
  removed: number;
  skippedDeployed: number;
  skippedSynced: number;
  failures: Failure[];
};

type Batch = { claim: Claim; ids: string[]; now: Date };

const CHANGING = "It changed while it was being judged. The next run judges it again.";

/** Removes what may go of the certificates on a page and notes why the others stayed. */
export async function removePage(tx: Transaction, scope: Scope, batch: Batch): Promise<BatchOutcome> {
  const { claim, ids, now } = batch;
  const law = { kind: "cleanup", ...claim } as const;
  const first = await removeEach(tx, scope, { ids, now, law });
  const stayed = await noteSkips(tx, scope, { claim, ids: stayedOf(ids, first) });
  // What had a reason to stay a moment ago and has none now is asked for once more.
  const second = await removeEach(tx, scope, { ids: stayed.unexplained, now, law });
  const unexplained = stayedOf(stayed.unexplained, second).map((id) => ({ id, reason: CHANGING }));
  const faults = [...first.faults, ...second.faults, ...unexplained];
  const failures = await noteFailures(tx, scope, { claim, faults });
  return {
    removed: first.removedIds.length + second.removedIds.length,
    skippedDeployed: stayed.deployed,
    skippedSynced: stayed.synced,
    failures,
  };
}

/**
 * The ids of the next certificates that are old enough, in the order of the ids: rows that were added together lie
 * together, in the table and in every index that a removal writes to. Fewer than `limit` say that there are no more.
 */
export async function readPage(
  scope: Scope,
  { claim, after, limit }: { claim: Claim; after: string | null; limit: number },
): Promise<string[]> {
  const rows = await database()
    .select({ id: certificates.id })
    .from(certificates)
    .where(
      and(
        eq(certificates.accountId, scope.accountId),
        longExpired(claim.cutoff),
        after === null ? undefined : gt(certificates.id, after),
      ),
    )
    .orderBy(asc(certificates.id))
    .limit(limit);
  return rows.map((row) => row.id);
}
