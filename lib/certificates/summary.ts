import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import type { Scope } from "@/lib/auth/scope";
import { type Census, takeCensus } from "@/lib/certificates/census";
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
  const asked = { ...expiryRange(filter.expires), byMonth: false };
  const census = filter.q === undefined ? await takeCensus(scope, asked, now) : null;
  if (census === null) return countFindings(scope, filter, { now, reach: QUICK_LOOK });
  const figures = figuresOf(census, filter);
  if (!figures.isDeletablePartial) return figures;
  // So much may be in use that a look at some certificates can say more.
  if (filter.deletable !== undefined)
    return moreOf(figures, await countFindings(scope, { ...filter, status: undefined }, { now, reach: QUICK_LOOK }));
  if (figures.deletable >= BRIEF_LOOK.rows) return figures;
  return moreOf(figures, await countFindings(scope, filter, { now, reach: BRIEF_LOOK }));
}

/** Where it was not read what is in use, as much of it as there can be is taken off each figure. */
function figuresOf({ cells, unread }: Census, { status, deletable }: ListFilter): Figures {
  const countsOf = (figure: "total" | "free"): Counts =>
    countEach((each) => cells.reduce((sum, cell) => sum + (cell.status === each ? cell[figure] : 0), 0));
  const isDeletablePartial = unread > 0;
  const least = (count: number) => (isDeletablePartial ? roundDown(Math.max(0, count - unread)) : count);
  const free = countsOf("free");
  const freeInAll = least(chosenOf(free, status));
  if (deletable === undefined) {
    const byStatus = countsOf("total");
    return {
      total: chosenOf(byStatus, status),
      deletable: freeInAll,
      byStatus,
      isPartial: false,
      isDeletablePartial,
    };
  }
  const byStatus = countEach((each) => least(free[each]));
  return { total: freeInAll, deletable: freeInAll, byStatus, isPartial: isDeletablePartial, isDeletablePartial };
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

/** What a search finds, or what may go, is looked up once for all figures; they are the least where that stopped early. */
async function countFindings(
  scope: Scope,
  filter: ListFilter,
  { now, reach }: { now: Date; reach: Reach },
): Promise<Figures> {
  const searched = filter.q === undefined ? filter : { ...filter, status: undefined };
  const { parts, isPartial } = await findingsOf(scope, searched, { now, reach });
  const countWhere = (condition: SQL | undefined) => sql`(count(*) filter (where ${condition ?? sql`true`}))::int`;
  const isChosen = filter.status === undefined ? sql`true` : (hasStatus(filter.status, now) ?? sql`true`);
  const ids = sql`array(select id from found)`;
  const uses = usesAmong({ accountId: scope.accountId, ids, heedSyncs: true, blocks: deploymentBlocks });
  const inUse = sql`${certificates.id} in (select id from (${uses}) as used)`;
  const isFree =
    filter.deletable === undefined ? sql`not ${stillValid(now) ?? sql`false`} and not ${inUse}` : sql`true`;
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
