import "server-only";
import { and, asc, eq, sql } from "drizzle-orm";
import type { Transaction } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { at } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import type { Failure } from "@/lib/cleanup/failures";
import { BATCH_SIZE } from "@/lib/cleanup/rules";
import type { Claim } from "@/lib/cleanup/schedule";
import { noteFailures, noteSkips } from "@/lib/cleanup/skips";
import { removeEach, stayedOf } from "@/lib/removal/bisect";
import { longExpired } from "@/lib/removal/predicates";

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

const CHANGING = "It changed while it was being judged. The next run judges it again.";

/** Looks at the next certificates that are old enough, removes those that may go and notes why the others stayed. */
export async function removeNextBatch(tx: Transaction, scope: Scope, batch: Batch): Promise<BatchOutcome> {
  const { claim, now } = batch;
  const law = { kind: "cleanup", ...claim } as const;
  const page = await nextPage(tx, scope, batch);
  const ids = page.map((row) => row.id);
  const first = await removeEach(tx, scope, { ids, now, law });
  const stayed = await noteSkips(tx, scope, { claim, ids: stayedOf(ids, first) });
  // What had a reason to stay a moment ago and has none now is asked for once more.
  const second = await removeEach(tx, scope, { ids: stayed.unexplained, now, law });
  const unexplained = stayedOf(stayed.unexplained, second).map((id) => ({ id, reason: CHANGING }));
  const faults = [...first.faults, ...second.faults, ...unexplained];
  const failures = await noteFailures(tx, scope, { claim, faults });
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
