import "server-only";
import { gt, sql } from "drizzle-orm";
import { z } from "zod";
import { database, preparedStatement } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import type { Scope } from "@/lib/auth/scope";
import { othersAreServed, RUN_MARK } from "@/lib/cleanup/giving-way";
import type { Claim } from "@/lib/cleanup/schedule";
import { endpointsOf, longExpired, syncsToTakeAlong } from "@/lib/removal/predicates";

/**
 * Certificates that a run judges together: their ids and where they lay a moment ago (PostgreSQL's ctid), each as the text
 * of an array, and whether any has syncs to be taken along or endpoints to be looked at. Nothing is believed that is not
 * true any more: a row that has moved does not go, and a sync or an endpoint that has arrived stays or raises an error.
 */
export type Page = { ids: string; places: string; haveSyncs: boolean; haveEndpoints: boolean };

/** The ids in the text of an array, which needs no quotes for them. */
export function idsOf({ ids }: Page): string[] {
  return ids === "{}" ? [] : ids.slice(1, -1).split(",");
}

/**
 * `asked` certificates were looked for, of which some may be gone; `isLast` says that nothing comes behind it, `others` that
 * somebody else was being served when it was read.
 */
export type RunPage = Page & { asked: number; isLast: boolean; others: boolean };

/** Ids that are read at once: a walk over the index of dates and a sort cost about the same for few of them. */
const CHAPTER = 25_000;

/**
 * Reads what a run goes through: the certificates that are old enough, in the order of their ids, since rows that were
 * added together lie together, in the table and in every index that a removal writes to. The answer tells the next `limit`
 * of them and begins to read as many behind them, while these are removed.
 */
export function readPages(scope: Scope, claim: Claim, chapter = CHAPTER): (limit: number) => Promise<RunPage> {
  const nextIds = readIds(scope, claim, chapter);
  const find = pageFinder(scope, claim);
  const readAhead = (limit: number) => quietly(nextIds(limit).then(find));
  let reading: Promise<RunPage> | null = null;
  return async (limit) => {
    const page = await (reading ?? readAhead(limit));
    reading = page.isLast ? null : readAhead(limit);
    return page;
  };
}

/** In the order of the ids, each with a comma behind it: as text they leave the least behind that has to be collected. */
type Ids = { ids: string; isLast: boolean };

/** Characters of an id and its comma. */
const WIDTH = 37;

/** Tells the next `limit` ids. A chapter of them is read while the one before is gone through. */
function readIds(scope: Scope, claim: Claim, chapter: number): (limit: number) => Promise<Ids> {
  let held = "";
  let told = 0;
  let reading: Promise<string> | null = quietly(readChapter(scope, claim, { after: null, limit: chapter }));
  return async (limit) => {
    const wanted = limit * WIDTH;
    // One more than wanted, to know whether any comes behind them.
    while (reading !== null && held.length - told <= wanted) {
      const read: string = await reading;
      held = held.slice(told) + read;
      told = 0;
      const after = read.length < chapter * WIDTH ? null : read.slice(-WIDTH, -1);
      reading = after === null ? null : quietly(readChapter(scope, claim, { after, limit: chapter }));
    }
    const ids = held.slice(told, told + wanted);
    told += ids.length;
    return { ids, isLast: told === held.length };
  };
}

/** Whoever waits is told of a failure. A run that ends before has no use for it. */
function quietly<Read>(reading: Promise<Read>): Promise<Read> {
  reading.catch(() => {});
  return reading;
}

const chapterRow = z.tuple([z.object({ ids: z.string() })]);

/** Needs the index of dates alone, and one processor: the others are busy with the pages. */
async function readChapter(
  scope: Scope,
  claim: Claim,
  { after, limit }: { after: string | null; limit: number },
): Promise<string> {
  const { accountId, id } = certificates;
  const { rows } = await database().transaction(async (tx) => {
    await tx.execute(sql`set local max_parallel_workers_per_gather = 0`);
    return tx.execute(sql`${RUN_MARK}
      select coalesce(string_agg(id || ',', '' order by id), '') as ids from (
        select ${id} as id from ${certificates}
        where ${accountId} = ${scope.accountId} and ${longExpired(claim.cutoff)}
          and ${after === null ? sql`true` : gt(id, after)}
        order by ${id} limit ${limit}
      ) as old`);
  });
  const [{ ids }] = chapterRow.parse(rows);
  return ids;
}

const pageRow = z.tuple([
  z.object({
    ids: z.string(),
    places: z.string(),
    haveSyncs: z.boolean(),
    haveEndpoints: z.boolean(),
    others: z.boolean(),
  }),
]);

/** Finds where the rows lie: all are looked up together, in the order of the indexes, whatever the statistics say. */
function pageFinder(scope: Scope, claim: Claim): (read: Ids) => Promise<RunPage> {
  const { accountId, id } = certificates;
  const asked = sql`(select ids from given)::uuid[]`;
  const find = preparedStatement(
    `find_page_${claim.skipSynced}`,
    sql`${RUN_MARK}
    with given as materialized (select ${sql.placeholder("ids")}::uuid[] as ids)
    select coalesce(array_agg(${id}), '{}')::text as ids, coalesce(array_agg(${certificates}.ctid), '{}')::text as places,
      exists (${syncsToTakeAlong({ accountId: scope.accountId, ids: asked, heedSyncs: claim.skipSynced })}) as "haveSyncs",
      exists (${endpointsOf({ accountId: scope.accountId, ids: asked })}) as "haveEndpoints",
      ${othersAreServed} as others
    from ${certificates} where ${accountId} = ${scope.accountId} and ${id} = any(${asked})`,
  );
  return async ({ ids, isLast }) => {
    const [page] = pageRow.parse(await find({ ids: `{${ids.slice(0, -1)}}` }));
    return { ...page, asked: ids.length / WIDTH, isLast };
  };
}
