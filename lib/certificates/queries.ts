import "server-only";
import { createHash } from "node:crypto";
import { and, eq, gt, gte, type SQL, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { certificateContents, certificates, wasEarly } from "@/drizzle/schema/certificates";
import type { Scope } from "@/lib/auth/scope";
import { cursorAddress } from "@/lib/certificates/address";
import { columnsOf, pageOf } from "@/lib/certificates/list-page";
import { type Order, orderOf } from "@/lib/certificates/order";
import { LOOKED_THROUGH, PAGE_SIZE } from "@/lib/certificates/rules";
import type { CertificatePage, ListFilter, ListQuery } from "@/lib/certificates/schema";
import {
  containsEach,
  countHits,
  expectHits,
  hitsOf,
  isIndexed,
  matching,
  matchingFirst,
} from "@/lib/certificates/search";

/**
 * One page of the inventory: PAGE_SIZE rows beside the cursor, whichever way; costs the same at any depth. Where
 * deletions left nothing beyond the cursor, the last page; where less than a page before it, the first. A search that is
 * too short for the index of all words is looked for in LOOKED_THROUGH rows, and the page beyond goes on behind these.
 */
export async function listCertificates(scope: Scope, query: ListQuery, now: Date): Promise<CertificatePage> {
  const order = orderOf(query);
  const page = await readPage(scope, query, { order, now });
  if (order.beyond === undefined || page.lookedThrough !== null) return page;
  if (order.backwards && page.previous === null) {
    return listCertificates(scope, { ...query, before: undefined, after: undefined }, now);
  }
  if (order.backwards || page.rows.length > 0) return page;
  const last = await readPage(scope, query, { order: orderOf({ ...query, after: undefined }, true), now });
  // Nothing is beyond the part that was looked through, nor in the last one.
  return last.lookedThrough !== null && last.rows.length === 0 ? page : last;
}

async function readPage(scope: Scope, query: ListQuery, { order, now }: Omit<Asked, "filter">) {
  if (query.q !== undefined && !isIndexed(query.q)) return lookThrough(scope, query, { order, now });
  return pageOf(await readRows(scope, query, { order, now }), order, now);
}

/** The page behind the cursor and no other, for programs that walk the list: empty where nothing is left. */
export async function walkCertificates(
  scope: Scope,
  query: Omit<ListQuery, "before">,
  now: Date,
): Promise<Pick<CertificatePage, "rows" | "next">> {
  const order = orderOf(query);
  return pageOf(await readRows(scope, query, { order, now }), order, now);
}

/** A page of a search that no index knows: of what is found in so many rows, and where more lie beyond these it says so. */
async function lookThrough(scope: Scope, query: ListQuery, { order, now }: Omit<Asked, "filter">) {
  const unsearched = matchingFirst(scope, { ...query, q: undefined }, { order, most: LOOKED_THROUGH, now });
  const first = { of: firstOf(unsearched, order, LOOKED_THROUGH), where: containsEach(query.q ?? ""), order };
  const rows = await readShown(inOrder(isAmongFirst(scope, first), order), order);
  const page = pageOf(rows, order, now);
  if (rows.length > PAGE_SIZE) return page;
  const [last] = await database()
    .select({ sortValue: order.text, id: certificates.id })
    .from(certificates)
    .where(unsearched)
    .orderBy(...order.by)
    .offset(LOOKED_THROUGH - 1)
    .limit(1);
  if (last === undefined) return page;
  const stop = cursorAddress([last.sortValue, last.id]);
  return { ...page, lookedThrough: LOOKED_THROUGH, ...(order.backwards ? { previous: stop } : { next: stop }) };
}

/** Rows of an order that are looked through before another index is asked after all. */
const NEAR_ROWS = 1_500;
/** What is found in so few contents is sorted at once, sooner than the order would meet a page of it. */
const RARE_HITS = 1_000;
/** What is found in no more than these is sorted too, where the order did not soon meet a page of it. */
const FEW_HITS = 5_000;

type Asked = { filter: ListFilter; order: Order; now: Date };

/** A page of certificates first, then what else is shown of them: contents outlast deletion and may be far more. */
async function readRows(scope: Scope, filter: ListFilter, { order, now }: Omit<Asked, "filter">) {
  if (filter.q !== undefined) return searchRows(scope, filter.q, { filter, order, now });
  if (filter.status === "not_yet_valid") return readEarly(scope, filter, { order, now });
  const page = readShown(inOrder(matchingFirst(scope, filter, { order, most: PAGE_SIZE + 1, now }), order), order);
  return isPlain(filter, order) ? planOnce(page) : page;
}

/**
 * What is not yet valid lies scattered through the order. It is met soon in the index of what was not yet valid when it was
 * added, unless most of that has begun since. Failing that it is read from the index of starts, all of it, and sorted.
 */
async function readEarly(scope: Scope, filter: ListFilter, { order, now }: Omit<Asked, "filter">) {
  const { status, ...rest } = filter;
  const { accountId, id, notAfter, notBefore } = certificates;
  const readFirst = (first: Omit<First, "order">) =>
    readShown(inOrder(isAmongFirst(scope, { ...first, order }), order), order);
  if (isPlain(filter, order)) {
    const once = and(eq(accountId, scope.accountId), wasEarly(certificates), gte(notAfter, now), order.beyond);
    const near = sql`select ${id}, ${notAfter}, ${notBefore} from ${certificates} where ${once}
      order by ${sql.join(order.by, sql`, `)} limit ${sql.raw(String(NEAR_ROWS))}`;
    const rows = await planOnce(readFirst({ of: near, where: gt(notBefore, now) }));
    if (rows.length > PAGE_SIZE) return rows;
    const { rowCount } = await database().execute(sql`select 1 from (${near}) near offset ${NEAR_ROWS - 1}`);
    if (rowCount === 0) return rows;
  }
  const early = sql`select * from ${certificates} where ${matching(scope, { status }, now)} offset 0`;
  // What holds for each of them anyway is not asked again.
  return readFirst({ of: early, where: and(isNarrowed(rest) ? matching(scope, rest, now) : undefined, order.beyond) });
}

/** Whether the order's own index answers, whatever the values: then a plan is as good for others. */
function isPlain(filter: ListFilter, order: Order): boolean {
  return !isNarrowed(filter) && (filter.status === undefined || order.isByExpiry);
}

/** By more than a status. */
function isNarrowed({ deletable, use, expires }: ListFilter): boolean {
  return deletable !== undefined || use !== undefined || expires !== undefined;
}

/** Each session of the pool plans a page of this form once: planning takes as long as reading it. */
function planOnce(page: ReturnType<typeof readShown>) {
  const form = createHash("sha256").update(page.toSQL().sql).digest("hex");
  return page.prepare(`list_${form.slice(0, 16)}`).execute();
}

/**
 * A search goes along the order where it is common, which soon fills a page, and through the index of all words where it
 * is rare. The statistics only say what to try first: each way stops where it turns out to be the wrong one.
 */
async function searchRows(scope: Scope, q: string, { filter, order, now }: Asked) {
  const unsearched = and(matching(scope, { ...filter, q: undefined }, now), order.beyond);
  const seemsRare = isIndexed(q) && (await expectHits(scope, q)) <= RARE_HITS;
  const rare = seemsRare ? await readFew(scope, q, { unsearched, order }) : null;
  if (rare !== null) return rare;
  const near = firstOf(
    matchingFirst(scope, { ...filter, q: undefined }, { order, most: NEAR_ROWS, now }),
    order,
    NEAR_ROWS,
  );
  const found = await readShown(
    inOrder(isAmongFirst(scope, { of: near, where: containsEach(q), order }), order),
    order,
  );
  if (found.length > PAGE_SIZE) return found;
  const few = isIndexed(q) && !seemsRare ? await readFew(scope, q, { unsearched, order }) : null;
  return few ?? readShown(inOrder(matchingFirst(scope, filter, { order, most: PAGE_SIZE + 1, now }), order), order);
}

/** A page of a search that is found in few contents, which are read first; null where they are more than a few. */
async function readFew(scope: Scope, q: string, { unsearched, order }: { unsearched: SQL | undefined; order: Order }) {
  const hits = database()
    .$with("hits")
    .as(hitsOf(scope, q).limit(FEW_HITS + 1));
  const page = inOrder(and(unsearched, sql`${certificates.id} = any(array(select id from ${hits}))`), order);
  const rows = await database()
    .with(hits)
    .select({ ...columnsOf(order), hits: sql<number>`(select count(*)::int from ${hits})` })
    .from(page)
    .innerJoin(certificateContents, isContentsOfRow)
    .orderBy(...order.by);
  const hitCount = rows[0]?.hits ?? (await countHits(scope, q, FEW_HITS + 1));
  return hitCount > FEW_HITS ? null : rows;
}

type First = { of: SQL; where: SQL | undefined; order: Order };

/** The rows of a page out of others, by their ids: what is not on the page is read from indexes as far as these reach. */
function isAmongFirst(scope: Scope, { of, where, order }: First): SQL | undefined {
  return and(
    eq(certificates.accountId, scope.accountId),
    sql`${certificates.id} = any(array(select ${certificates.id} from (${of}) as ${certificates}
      where ${where ?? sql`true`} order by ${sql.join(order.by, sql`, `)} limit ${PAGE_SIZE + 1}))`,
  );
}

function firstOf(where: SQL | undefined, order: Order, most: number): SQL {
  return sql`select * from ${certificates} where ${where} order by ${sql.join(order.by, sql`, `)} limit ${most}`;
}

function inOrder(condition: SQL | undefined, order: Order) {
  return database()
    .select()
    .from(certificates)
    .where(condition)
    .orderBy(...order.by)
    .limit(PAGE_SIZE + 1)
    .as("certificates");
}

const isContentsOfRow = and(
  eq(certificateContents.accountId, certificates.accountId),
  eq(certificateContents.id, certificates.id),
);

function readShown(certificatesOfPage: ReturnType<typeof inOrder>, order: Order) {
  return database()
    .select(columnsOf(order))
    .from(certificatesOfPage)
    .innerJoin(certificateContents, isContentsOfRow)
    .orderBy(...order.by);
}
