import { and, eq, exists, gte, lt, not, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { database } from "@/drizzle/client";
import { certificateContents, certificates } from "@/drizzle/schema/certificates";
import type { Scope } from "@/lib/auth/scope";
import type { Order } from "@/lib/certificates/order";
import { hasStatus } from "@/lib/certificates/predicates";
import { expiryRange, searchedTextOf, searchPatternOf } from "@/lib/certificates/rules";
import type { ListFilter } from "@/lib/certificates/schema";
import { deployed, inUse, serving, stillValid, synced } from "@/lib/removal/predicates";

/** The rows of `certificates` that the Overview's filter lets through, in the scope's account. */
export function matching(scope: Scope, filter: ListFilter, now: Date): SQL | undefined {
  return and(
    eq(certificates.accountId, scope.accountId),
    filter.status === undefined ? undefined : hasStatus(filter.status, now),
    filter.expires === undefined ? undefined : expiresIn(filter.expires),
    filter.deletable === undefined ? undefined : isFree(now),
    isUsedAs(scope, filter),
    filter.q === undefined ? undefined : contains(filter.q),
  );
}

/**
 * The same, and beyond the cursor, for the first rows of an order and no others. What is deployed or synced is looked for
 * in two ways, each as far as the order needs it, since no index knows both.
 */
export function matchingFirst(
  scope: Scope,
  filter: ListFilter,
  { order, most, now }: { order: Order; most: number; now: Date },
): SQL | undefined {
  if (filter.use !== "any" || filter.deletable !== undefined) return and(matching(scope, filter, now), order.beyond);
  const others = and(matching(scope, { ...filter, use: undefined }, now), order.beyond);
  const first = (used: SQL) => sql`(select ${certificates.id} from ${certificates} where ${and(others, used)}
    order by ${sql.join(order.by, sql`, `)} limit ${most})`;
  return and(
    eq(certificates.accountId, scope.accountId),
    sql`${certificates.id} = any(array(${first(deployed)} union ${first(synced)}))`,
  );
}

function isUsedAs(scope: Scope, { use, deletable }: ListFilter): SQL | undefined {
  if (use === undefined) return undefined;
  // What may be deleted is not in use.
  if (deletable !== undefined) return use === "none" ? undefined : sql`false`;
  switch (use) {
    case "any":
      return inUse(scope);
    case "serving":
      return serving;
    case "synced":
      return synced;
    case "none":
      return and(not(deployed), not(synced));
  }
}

/** mayGo() as conditions side by side: PostgreSQL joins these, in the order it walks, and looks those of an OR up row by row. */
export function isFree(now: Date): SQL | undefined {
  const blocked = stillValid(now);
  return and(blocked === undefined ? undefined : not(blocked), not(deployed), not(synced));
}

/** Whether the index of all words knows a search: it holds groups of three letters or digits. */
export function isIndexed(typed: string): boolean {
  return /[\p{L}\p{N}]{3}/u.test(typed);
}

/** In how many contents of the account, removed certificates included, a search is found; counts no further than `most`. */
export async function countHits(scope: Scope, typed: string, most: number): Promise<number> {
  const { rows } = await database().execute(
    sql`select count(*)::int as hits from (${hitsOf(scope, typed).limit(most)}) found`,
  );
  const [{ hits: found }] = z.tuple([z.object({ hits: z.number() })]).parse(rows);
  return found;
}

const plans = z.tuple([
  z.object({ "QUERY PLAN": z.tuple([z.object({ Plan: z.object({ "Plan Rows": z.number() }) })]) }),
]);

/** In how many contents the database's statistics expect a search; nothing is read for it. */
export async function expectHits(scope: Scope, typed: string): Promise<number> {
  const { rows } = await database().execute(sql`explain (format json) ${hitsOf(scope, typed)}`);
  const [{ "QUERY PLAN": plan }] = plans.parse(rows);
  return plan[0].Plan["Plan Rows"];
}

/** The ids of the contents in which a search is found. */
export function hitsOf(scope: Scope, typed: string) {
  return database()
    .select({ id: certificateContents.id })
    .from(certificateContents)
    .where(
      and(
        eq(certificateContents.accountId, scope.accountId),
        sql`${certificateContents.search} like ${searchPatternOf(typed)}`,
      ),
    );
}

/** Whether a search is found in the contents of a `certificates` row. */
function contains(typed: string): SQL {
  return exists(
    database()
      .select({ one: sql`1` })
      .from(certificateContents)
      .where(
        and(
          eq(certificateContents.accountId, certificates.accountId),
          eq(certificateContents.id, certificates.id),
          sql`${certificateContents.search} like ${searchPatternOf(typed)}`,
        ),
      ),
  );
}

/**
 * The same for rows that are looked at one by one, in what stands beside them: a value, which no plan turns into a join
 * with everything found.
 */
export function containsEach(typed: string): SQL {
  return sql`strpos(coalesce(${certificates.search}, (select ${certificateContents.search} from ${certificateContents}
    where ${certificateContents.accountId} = ${certificates.accountId} and ${certificateContents.id} = ${certificates.id})),
    ${searchedTextOf(typed)}) > 0`;
}

/** The rows of `certificates` whose notAfter lies in months as the address names them. */
function expiresIn(months: string): SQL | undefined {
  const { start, finish } = expiryRange(months);
  return and(
    start === null ? undefined : gte(certificates.notAfter, start),
    finish === null ? undefined : lt(certificates.notAfter, finish),
  );
}
