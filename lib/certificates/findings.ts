import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import type { Scope } from "@/lib/auth/scope";
import { COUNT_CAP } from "@/lib/certificates/rules";
import type { ListFilter } from "@/lib/certificates/schema";
import { containsEach, expectHits, hitsOf, isIndexed, matching } from "@/lib/certificates/search";

/** Contents that are read for the figures of a search which the index of all words finds. */
const HITS_READ = 2_500;
/** Where the statistics expect more, the index alone would take longer than looking at certificates one by one. */
const HITS_INDEXED = 100_000;

/** CTEs of which the last, `found`, has columns of `certificates`; and whether there may be more than is in it. */
export type Findings = { parts: SQL; isPartial: SQL };

/**
 * What a filter lets through that no index counts, a search or what may be deleted: as far as it is found in a bounded
 * number of rows, so that figures of it cost the same in any inventory.
 */
export async function findingsOf(scope: Scope, filter: ListFilter, now: Date): Promise<Findings> {
  const { q, ...rest } = filter;
  const unsearched = matching(scope, rest, now);
  if (q === undefined) {
    const parts = sql`found as materialized (select * from ${certificates} where ${unsearched} limit ${COUNT_CAP + 1})`;
    return { parts, isPartial: isMore("found", COUNT_CAP) };
  }
  if (isIndexed(q) && (await expectHits(scope, q)) <= HITS_INDEXED) {
    const parts = sql`hits as materialized (${hitsOf(scope, q).limit(HITS_READ + 1)}),
      found as materialized (select * from ${certificates}
        where ${unsearched} and ${certificates.id} = any(array(select id from hits)))`;
    return { parts, isPartial: isMore("hits", HITS_READ) };
  }
  const parts = sql`looked as materialized (select * from ${certificates} where ${unsearched} limit ${COUNT_CAP + 1}),
    found as materialized (select * from looked as ${certificates} where ${containsEach(q)})`;
  return { parts, isPartial: isMore("looked", COUNT_CAP) };
}

function isMore(part: "found" | "hits" | "looked", limit: number): SQL {
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
