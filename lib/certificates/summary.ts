import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import type { Scope } from "@/lib/auth/scope";
import { type Census, countedIn, isToldByCensus, takeCensus } from "@/lib/certificates/census";
import { BRIEF_LOOK, findingsOf, QUICK_LOOK, type Reach, readByIndex } from "@/lib/certificates/findings";
import { hasStatus } from "@/lib/certificates/predicates";
import { expiryRange, STATUSES, type Status } from "@/lib/certificates/rules";
import { type ListFilter, type ListSummary, listSummary } from "@/lib/certificates/schema";
import { matching } from "@/lib/certificates/search";
import { deploymentBlocks, stillValid, usesAmong } from "@/lib/removal/predicates";

type Figures = Omit<ListSummary, "isEmpty">;
type Counts = Figures["byStatus"];

/** The figures around the list; none costs more where the inventory is larger than what is read for them. */
export async function summariseCertificates(scope: Scope, filter: ListFilter, now: Date): Promise<ListSummary> {
  const figures = await countFigures(scope, filter, now);
  const isEmpty = figures.total === 0 && !figures.isPartial && (await isNothingThere(scope, now));
  return { ...figures, isEmpty };
}

async function countFigures(scope: Scope, filter: ListFilter, now: Date): Promise<Figures> {
  const look = (reach: Reach) => countFindings(scope, filter, { now, reach });
  if (!(await isToldByCensus(scope, filter))) return look(QUICK_LOOK);
  const reach = isByUse(filter) ? QUICK_LOOK : BRIEF_LOOK;
  // A narrow filter often needs both, and they take about as long as each other.
  const [census, looked] = await Promise.all([
    takeCensus(scope, { ...expiryRange(filter.expires), byMonth: false }, now),
    isByUse(filter) || filter.status !== undefined ? look(reach) : null,
  ]);
  if (census === null || (filter.use === "any" && census.unread > 0))
    return reach === QUICK_LOOK && looked !== null ? looked : look(QUICK_LOOK);
  const figures = figuresOf(census, filter);
  if (!figures.isDeletablePartial) return figures;
  // So much may be in use that a look at some certificates can say more.
  if (!isByUse(filter) && figures.deletable >= BRIEF_LOOK.rows) return figures;
  return moreOf(figures, looked ?? (await look(reach)));
}

/** Where it was not read what is in use, as much of it as there can be is taken off each figure. */
function figuresOf({ cells, unread }: Census, filter: ListFilter): Figures {
  const countsOf = (narrowed: ListFilter): Counts =>
    countEach((each) => cells.reduce((sum, cell) => sum + (cell.status === each ? countedIn(cell, narrowed) : 0), 0));
  const isDeletablePartial = unread > 0;
  const isPartial = isDeletablePartial && isByUse(filter);
  const least = (count: number) => roundDown(Math.max(0, count - unread));
  const matched = countsOf(filter);
  const total = chosenOf(matched, filter.status);
  const free = chosenOf(countsOf({ ...filter, deletable: "yes" }), filter.status);
  return {
    total: isPartial ? least(total) : total,
    deletable: isDeletablePartial ? least(free) : free,
    byStatus: isPartial ? countEach((each) => least(matched[each])) : matched,
    isPartial,
    isDeletablePartial,
  };
}

/** Whether what is in use decides what a filter lets through. */
function isByUse({ deletable, use }: ListFilter): boolean {
  return deletable !== undefined || use !== undefined;
}

/** Of two figures that are the least there is the greater one; what is exact is never less. */
function moreOf(one: Figures, other: Figures): Figures {
  return {
    total: Math.max(one.total, other.total),
    deletable: Math.max(one.deletable, other.deletable),
    byStatus: countEach((status) => Math.max(one.byStatus[status], other.byStatus[status])),
    isPartial: one.isPartial && other.isPartial,
    isDeletablePartial: one.isDeletablePartial && other.isDeletablePartial,
  };
}

/** What a search finds, or what may go or is in use, is looked up once for all figures; they are the least where that stopped early. */
async function countFindings(
  scope: Scope,
  filter: ListFilter,
  { now, reach }: { now: Date; reach: Reach },
): Promise<Figures> {
  const searched = filter.q === undefined && !isByUse(filter) ? filter : { ...filter, status: undefined };
  const { parts, isPartial } = await findingsOf(scope, searched, { now, reach });
  const countWhere = (condition: SQL | undefined) => sql`(count(*) filter (where ${condition ?? sql`true`}))::int`;
  const isChosen = filter.status === undefined ? sql`true` : (hasStatus(filter.status, now) ?? sql`true`);
  const isFree =
    filter.deletable === undefined
      ? sql`not ${stillValid(now) ?? sql`false`} and not ${foundInUse(scope, filter)}`
      : sql`true`;
  const counts = sql.join(
    STATUSES.map((status) => sql`${countWhere(hasStatus(status, now))} as ${sql.identifier(status)}`),
    sql`, `,
  );
  const rows = await readByIndex(sql`with ${parts}
    select ${counts}, ${countWhere(sql`${isChosen} and ${isFree}`)} as deletable, ${isPartial} as "isPartial"
    from found as ${certificates}`);
  const [{ deletable, isPartial: isLeast, ...found }] = findingsRow.parse(rows);
  const byStatus = listSummary.shape.byStatus.parse(found);
  const total = chosenOf(byStatus, filter.status);
  return { total, deletable, byStatus, isPartial: isLeast, isDeletablePartial: isLeast };
}

/** Whether one of those found is in use, which is looked up only where the filter does not say it. */
function foundInUse(scope: Scope, { use }: ListFilter): SQL {
  if (use !== undefined) return use === "none" ? sql`false` : sql`true`;
  const ids = sql`array(select id from found)`;
  const uses = usesAmong({ accountId: scope.accountId, ids, heedSyncs: true, blocks: deploymentBlocks });
  return sql`${certificates.id} in (select id from (${uses}) as used)`;
}

const findingsRow = z.tuple([z.object({ deletable: z.number(), isPartial: z.boolean() }).catchall(z.number())]);

function countEach(count: (status: Status) => number): Counts {
  return {
    revoked: count("revoked"),
    expired: count("expired"),
    not_yet_valid: count("not_yet_valid"),
    expiring: count("expiring"),
    valid: count("valid"),
  };
}

function chosenOf(counts: Counts, status: Status | undefined): number {
  return status === undefined ? STATUSES.reduce((sum, each) => sum + counts[each], 0) : counts[status];
}

/** To its first two digits: more of them would say more than is known. */
function roundDown(count: number): number {
  const unit = 10 ** Math.max(0, String(count).length - 2);
  return Math.floor(count / unit) * unit;
}

async function isNothingThere(scope: Scope, now: Date): Promise<boolean> {
  const { rows } = await database().execute(
    sql`select 1 from ${certificates} where ${matching(scope, {}, now)} limit 1`,
  );
  return rows.length === 0;
}
