import "server-only";
import { and, eq, gt, sql } from "drizzle-orm";
import { z } from "zod";
import { database, executePrepared, type Transaction } from "@/drizzle/client";
import { patiently } from "@/drizzle/patience";
import { certificates } from "@/drizzle/schema/certificates";
import { cleanupRuns, cleanupSkips } from "@/drizzle/schema/cleanup";
import type { Scope } from "@/lib/auth/scope";
import type { Failure } from "@/lib/cleanup/failures";
import { isRunning, isToStop } from "@/lib/cleanup/predicates";
import type { Claim } from "@/lib/cleanup/schedule";
import { noteFailures, noteSkips } from "@/lib/cleanup/skips";
import { removeEach, stayedOf } from "@/lib/removal/bisect";
import { type Page, removalOfPage } from "@/lib/removal/engine";
import { hasEndpoints, hasSyncsToTakeAlong, longExpired } from "@/lib/removal/predicates";

/** What one batch did. */
export type BatchOutcome = {
  removed: number;
  skippedDeployed: number;
  skippedSynced: number;
  failures: Failure[];
};

const CHANGING = "It changed while it was being judged. The next run judges it again.";

/** A page of a run, with its size and its last id. Fewer than were asked for say that there are no more. */
export type RunPage = Page & { size: number; last: string | null };

/** What came of a page in one go; `unsettled` were neither removed nor had a reason to stay. */
export type PageOutcome = Omit<BatchOutcome, "failures"> & { unsettled: string[] };

const count = z.int().nonnegative();
const pageRow = z.tuple([
  z.object({
    held: z.boolean(),
    removed: count,
    skippedDeployed: count,
    skippedSynced: count,
    unsettled: z.array(z.uuid()),
  }),
]);

/**
 * Removes what may go of a page, notes why the others stayed and counts them in the run, in one statement under the
 * claim: the run's row is locked before anything is looked at, and stays so to the end. Null, and nothing done, when the
 * run is not running any more or is to stop. Throws when the database refuses a row; nothing was changed then.
 *
 * Its commit does not wait for the disk. A PostgreSQL that dies may forget the last batches, each with its records and
 * counts or not at all; the end of the run waits for them all.
 */
export async function removePage(
  scope: Scope,
  { claim, page, now }: { claim: Claim; page: Page; now: Date },
): Promise<PageOutcome | null> {
  const ofRun = and(eq(cleanupRuns.accountId, scope.accountId), eq(cleanupRuns.id, claim.runId), isRunning);
  const skipped = (reason: string) => sql`(select count(*)::int from stayed where reason = ${reason})`;
  const rows = await executePrepared(
    `remove_page_${claim.skipSynced}_${page.haveSyncs}_${page.haveEndpoints}`,
    sql`
    with patience as materialized (${patiently({ commit: "later" })}), held as materialized (
      select 1 from patience, ${cleanupRuns} where ${ofRun} and not ${isToStop}
      for no key update of ${cleanupRuns}
    ), ${removalOfPage(scope, { page, law: { kind: "cleanup", ...claim }, now, only: sql`exists (select 1 from held)` })},
    noted as (
      insert into ${cleanupSkips} (account_id, run_id, reason, certificate_id, name)
      select ${scope.accountId}::uuid, ${claim.runId}::uuid, reason, id, name from stayed
    ), done as materialized (
      select (select count(*)::int from recorded) as removed, ${skipped("deployed")} as deployed, ${skipped("synced")} as synced
    ), counted as (
      update ${cleanupRuns} set heartbeat_at = ${now.toISOString()}::timestamptz, removed = ${cleanupRuns.removed} + done.removed,
        skipped_deployed = ${cleanupRuns.skippedDeployed} + done.deployed,
        skipped_synced = ${cleanupRuns.skippedSynced} + done.synced
      from held, done where ${ofRun}
    )
    select exists (select 1 from held) as held, removed, deployed as "skippedDeployed", synced as "skippedSynced",
      array(select id from (select unnest(ids) as id from given) as asked
        where id not in (select id from recorded) and id not in (select id from stayed)) as unsettled
    from done`,
  );
  const [{ held, ...outcome }] = pageRow.parse(rows);
  return held ? outcome : null;
}

/**
 * The same more slowly, within the caller's transaction, under the claim and without counting: for certificates that the
 * database refused or that changed meanwhile. Each costs itself alone.
 */
export async function removeOneByOne(
  tx: Transaction,
  scope: Scope,
  { claim, ids, now }: { claim: Claim; ids: string[]; now: Date },
): Promise<BatchOutcome> {
  const law = { kind: "cleanup", ...claim } as const;
  const first = await removeEach(tx, scope, { ids, now, law });
  const stayed = await noteSkips(tx, scope, { claim, ids: stayedOf(ids, first), now });
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

const readRow = z.tuple([
  z.object({
    size: count,
    last: z.uuid().nullable(),
    ids: z.string(),
    places: z.string(),
    haveSyncs: z.boolean(),
    haveEndpoints: z.boolean(),
  }),
]);

/**
 * The next certificates that are old enough, in the order of the ids: rows that were added together lie together, in the
 * table and in every index that a removal writes to.
 */
export async function readPage(
  scope: Scope,
  { claim, after, limit }: { claim: Claim; after: string | null; limit: number },
): Promise<RunPage> {
  const { rows } = await database().execute(
    sql`
    select count(*)::int as size, max(id::text) as last, coalesce(array_agg(id), '{}')::text as ids,
      coalesce(array_agg(place), '{}')::text as places, coalesce(bool_or(has_syncs), false) as "haveSyncs", ${hasEndpoints(scope)} as "haveEndpoints"
    from (
      select ${certificates.id} as id, ${certificates}.ctid as place, ${hasSyncsToTakeAlong(claim.skipSynced)} as has_syncs
      from ${certificates}
      where ${certificates.accountId} = ${scope.accountId} and ${longExpired(claim.cutoff)}
        and ${after === null ? sql`true` : gt(certificates.id, after)}
      order by ${certificates.id} limit ${limit}
    ) as old`,
  );
  return readRow.parse(rows)[0];
}
