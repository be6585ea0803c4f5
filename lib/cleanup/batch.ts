import "server-only";
import { and, eq, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { z } from "zod";
import { inTransaction, preparedStatement, type Transaction } from "@/drizzle/client";
import { patiently } from "@/drizzle/patience";
import { cleanupRuns, cleanupSkips } from "@/drizzle/schema/cleanup";
import { at } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import type { Failure } from "@/lib/cleanup/failures";
import { RUN_MARK } from "@/lib/cleanup/giving-way";
import type { Page } from "@/lib/cleanup/pages";
import { isRunning, isToStop } from "@/lib/cleanup/predicates";
import type { Claim } from "@/lib/cleanup/schedule";
import { noteFailures, noteSkips } from "@/lib/cleanup/skips";
import { removeEach, stayedOf } from "@/lib/removal/bisect";
import { removalOfPage } from "@/lib/removal/engine";

/** What one batch did. */
export type BatchOutcome = {
  removed: number;
  skippedDeployed: number;
  skippedSynced: number;
  failures: Failure[];
};

const CHANGING = "It changed while it was being judged. The next run judges it again.";

/** What came of a page in one go; `unsettled` were neither removed nor had a reason to stay. */
type PageOutcome = Omit<BatchOutcome, "failures"> & { unsettled: string[] };

const count = z.int().nonnegative();
const pageRow = z.tuple([
  z.object({
    goesOn: z.boolean(),
    removed: count,
    skippedDeployed: count,
    skippedSynced: count,
    unsettled: z.array(z.uuid()),
  }),
]);

/** Removes what may go of a page; null, and nothing done, when the run is not running any more or is to stop. */
type PageRemover = (page: Page, now: Date) => Promise<PageOutcome | null>;

/**
 * How a run removes what may go of a page, notes why the others stayed and counts them in the run, in one transaction
 * under the claim. The run's row is the fence, and the last thing that a page takes: whoever ends the run before that undoes
 * the page, whoever comes later waits for its commit, so that pages on several sessions only wait for each other's last
 * moment. Throws when the database refuses a row; nothing was changed then.
 *
 * Its commit does not wait for the disk. A PostgreSQL that dies may forget the last pages, each with its records and
 * counts or not at all; the end of the run waits for them all.
 */
export function pageRemover(scope: Scope, claim: Claim): PageRemover {
  const statements = new Map<string, ReturnType<typeof removalStatement>>();
  const count = countStatement(scope, claim);
  return ({ ids, places, ...taken }, moment) => {
    const name = `remove_page_${claim.skipSynced}_${taken.haveSyncs}_${taken.haveEndpoints}`;
    const remove = statements.get(name) ?? removalStatement(scope, claim, { name, ...taken });
    statements.set(name, remove);
    const now = moment.toISOString();
    return inTransaction(async (session) => {
      const [{ goesOn, ...outcome }] = pageRow.parse(await remove({ ids, places, now }, session));
      if (!goesOn) return null;
      const { removed, skippedDeployed, skippedSynced } = outcome;
      const counted = await count({ now, removed, skippedDeployed, skippedSynced }, session);
      return counted.length === 0 ? null : outcome;
    });
  };
}

function ofRunning(scope: Scope, claim: Claim) {
  return and(eq(cleanupRuns.accountId, scope.accountId), eq(cleanupRuns.id, claim.runId), isRunning);
}

type Taken = { haveSyncs: boolean; haveEndpoints: boolean };

/**
 * Looks at the run's row first, so that nothing is begun for one that has ended or is to stop. Its lock bars only who would
 * take the run for dead: other pages, and whoever ends the run, go past it.
 */
function removalStatement(scope: Scope, claim: Claim, { name, ...taken }: Taken & { name: string }) {
  const law = { kind: "cleanup", ...claim } as const;
  const skipped = (reason: string) => sql`(select count(*)::int from stayed where reason = ${reason})`;
  const goesOn = sql`exists (select 1 from going)`;
  return preparedStatement(
    name,
    sql`${RUN_MARK}
    with patience as materialized (${patiently({ commit: "later" })}), going as materialized (
      select 1 from patience, ${cleanupRuns} where ${ofRunning(scope, claim)} and not ${isToStop}
      for key share of ${cleanupRuns}
    ), ${removalOfPage(scope, { ...taken, law, only: goesOn })},
    noted as (
      insert into ${cleanupSkips} (account_id, run_id, reason, certificate_id, name)
      select ${scope.accountId}::uuid, ${claim.runId}::uuid, reason, id, name from stayed
    ), done as materialized (
      select (select count(*)::int from recorded) as removed, ${skipped("deployed")} as deployed, ${skipped("synced")} as synced
    )
    select ${goesOn} as "goesOn", removed, deployed as "skippedDeployed", synced as "skippedSynced",
      case when removed + deployed + synced < cardinality(ids) then array(select id from unnest(ids) as asked (id)
        where id not in (select id from recorded) and id not in (select id from stayed)) else '{}' end as unsettled
    from done, given`,
  );
}

/** Answers a row where the run is still running; nobody can end it then before the transaction has. */
function countStatement(scope: Scope, claim: Claim) {
  const { heartbeatAt, removed, skippedDeployed, skippedSynced } = cleanupRuns;
  const more = (column: PgColumn, name: string) => sql`${column} + ${sql.placeholder(name)}::int`;
  return preparedStatement(
    "count_page",
    sql`${RUN_MARK} update ${cleanupRuns} set heartbeat_at = greatest(${heartbeatAt}, ${at(sql.placeholder("now"))}),
      removed = ${more(removed, "removed")}, skipped_deployed = ${more(skippedDeployed, "skippedDeployed")},
      skipped_synced = ${more(skippedSynced, "skippedSynced")}
    where ${ofRunning(scope, claim)} returning 1`,
  );
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
