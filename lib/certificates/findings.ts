import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { deployments, syncs } from "@/drizzle/schema/use";
import type { Scope } from "@/lib/auth/scope";
import { COUNT_CAP } from "@/lib/certificates/rules";
import type { ListFilter } from "@/lib/certificates/schema";
import { containsEach, expectHits, hitsOf, isIndexed, matching } from "@/lib/certificates/search";
import { deploymentBlocks, syncIsActive } from "@/lib/removal/predicates";

/**
 * How far is looked: at so many certificates one by one, or at so many contents that the index of all words finds. Where
 * the statistics expect more than `expected`, asking that index takes longer than looking. What is in use is found through
 * so many `uses`, or through all of them (null).
 */
export type Reach = { rows: number; hits: number; expected: number; uses: number | null };

/** For figures beside a list, which must not take longer than the list. */
export const QUICK_LOOK: Reach = { rows: 1_000, hits: 1_000, expected: 2_500, uses: 1_000 };
/** For one figure beside exact ones, for which uses are looked up certificate by certificate. */
export const BRIEF_LOOK: Reach = { ...QUICK_LOOK, rows: 300 };
/** For what somebody waits for. */
export const LONG_LOOK: Reach = { rows: COUNT_CAP, hits: 2_500, expected: 100_000, uses: null };

/** CTEs of which the last, `found`, has columns of `certificates`; and whether there may be more than is in it. */
export type Findings = { parts: SQL; isPartial: SQL };

/**
 * What a filter lets through that is not counted by day, a search or what may be deleted: as far as it is found in a
 * bounded number of rows, so that figures of it cost the same in any inventory.
 */
export async function findingsOf(
  scope: Scope,
  filter: ListFilter,
  { now, reach }: { now: Date; reach: Reach },
): Promise<Findings> {
  const { q, ...rest } = filter;
  if (q === undefined && rest.use === "any" && rest.deletable === undefined && reach.uses !== null)
    return inUseOf(scope, rest, { now, most: reach.uses });
  const unsearched = matching(scope, rest, now);
  if (q === undefined) {
    const parts = sql`found as materialized (select * from ${certificates} where ${unsearched} limit ${reach.rows + 1})`;
    return { parts, isPartial: isMore("found", reach.rows) };
  }
  if (isIndexed(q) && (await expectHits(scope, q)) <= reach.expected) {
    const parts = sql`hits as materialized (${hitsOf(scope, q).limit(reach.hits + 1)}),
      found as materialized (select * from ${certificates}
        where ${unsearched} and ${certificates.id} = any(array(select id from hits)))`;
    return { parts, isPartial: isMore("hits", reach.hits) };
  }
  const parts = sql`looked as materialized (select * from ${certificates} where ${unsearched} limit ${reach.rows + 1}),
    found as materialized (select * from looked as ${certificates} where ${containsEach(q)})`;
  return { parts, isPartial: isMore("looked", reach.rows) };
}

/** Uses are read first, as far as `most` of them, before anything else is asked of their certificates. */
function inUseOf(scope: Scope, filter: ListFilter, { now, most }: { now: Date; most: number }): Findings {
  const usesIn = (table: typeof deployments | typeof syncs, isUse: SQL) =>
    sql`select ${table.certificateId} as id from ${table} where ${table.accountId} = ${scope.accountId} and ${isUse}`;
  const uses = sql`${usesIn(deployments, deploymentBlocks)} union all ${usesIn(syncs, syncIsActive)}`;
  const parts = sql`uses as materialized (select id from (${uses}) as uses limit ${most + 1}),
    found as materialized (select * from ${certificates} where ${matching(scope, { ...filter, use: undefined }, now)}
      and ${certificates.id} = any(array(select id from uses)))`;
  return { parts, isPartial: isMore("uses", most) };
}

function isMore(part: "found" | "hits" | "looked" | "uses", limit: number): SQL {
  return sql`(select count(*) > ${limit} from ${sql.identifier(part)})`;
}

/**
 * Reads without the plan that reads a table from its beginning: a limit tempts to it, and what is rare is then met late.
 * Nor is a plan compiled, which takes longer than a bounded one runs.
 */
export function readByIndex(statement: SQL): Promise<unknown[]> {
  return database().transaction(
    async (tx) => {
      await tx.execute(sql`select set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)`);
      return (await tx.execute(statement)).rows;
    },
    { accessMode: "read only" },
  );
}
