import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import type { Scope } from "@/lib/auth/scope";
import { findingsOf, readByIndex } from "@/lib/certificates/findings";
import { hasStatus } from "@/lib/certificates/predicates";
import { COUNT_CAP, STATUSES, type Status } from "@/lib/certificates/rules";
import { type ListFilter, type ListSummary, listSummary } from "@/lib/certificates/schema";
import { matching } from "@/lib/certificates/search";
import { mayGoEach } from "@/lib/removal/predicates";

/** Counting stops here, one above what is shown exactly. */
const MANY = COUNT_CAP + 1;

type Figures = Pick<ListSummary, "deletable" | "byStatus" | "isPartial">;

/** The figures around the list; none costs more where the inventory is larger than what can be counted. */
export async function summariseCertificates(scope: Scope, filter: ListFilter, now: Date): Promise<ListSummary> {
  const { deletable, byStatus, isPartial } = await countFigures(scope, filter, now);
  const inAll = STATUSES.reduce((sum, status) => sum + byStatus[status], 0);
  const total = filter.status === undefined ? Math.min(inAll, MANY) : byStatus[filter.status];
  const isEmpty = total === 0 && !isPartial && (await isNothingThere(scope, now));
  return { total, deletable, byStatus, isPartial, isEmpty };
}

function countFigures(scope: Scope, filter: ListFilter, now: Date): Promise<Figures> {
  const isIndexed = filter.q === undefined && filter.deletable === undefined;
  return isIndexed ? countInIndexes(scope, filter, now) : countFindings(scope, filter, now);
}

/** Each figure is counted by itself in the index of its order, and stops one above COUNT_CAP. */
function countInIndexes(scope: Scope, filter: ListFilter, now: Date): Promise<Figures> {
  const countOf = (narrowed: ListFilter) =>
    sql`(select count(*)::int from (select 1 from ${certificates} where ${matching(scope, narrowed, now)} limit ${MANY}) counted)`;
  return readFigures(sql`select ${columns((status) => countOf({ ...filter, status }))},
    ${countOf({ ...filter, deletable: "yes" })} as deletable, false as "isPartial"`);
}

/** What a search finds, or what may go, is looked up once for all figures; they are the least where that stopped early. */
async function countFindings(scope: Scope, filter: ListFilter, now: Date): Promise<Figures> {
  const { parts, isPartial } = await findingsOf(scope, { ...filter, status: undefined }, now);
  const countWhere = (condition: SQL | undefined) => sql`(count(*) filter (where ${condition ?? sql`true`}))::int`;
  const isChosen = filter.status === undefined ? sql`true` : (hasStatus(filter.status, now) ?? sql`true`);
  const isFree = filter.deletable === undefined ? (mayGoEach(now, true) ?? sql`true`) : sql`true`;
  return readFigures(sql`with ${parts}
    select ${columns((status) => countWhere(hasStatus(status, now)))},
      ${countWhere(sql`${isChosen} and ${isFree}`)} as deletable, ${isPartial} as "isPartial"
    from found as ${certificates}`);
}

function columns(figure: (status: Status) => SQL): SQL {
  return sql.join(
    STATUSES.map((status) => sql`${figure(status)} as ${sql.identifier(status)}`),
    sql`, `,
  );
}

const figuresRow = z.tuple([z.object({ deletable: z.number(), isPartial: z.boolean() }).catchall(z.number())]);

async function readFigures(statement: SQL): Promise<Figures> {
  const rows = await readByIndex(statement);
  const [{ deletable, isPartial, ...counts }] = figuresRow.parse(rows);
  return { deletable, isPartial, byStatus: listSummary.shape.byStatus.parse(counts) };
}

async function isNothingThere(scope: Scope, now: Date): Promise<boolean> {
  const { rows } = await database().execute(
    sql`select 1 from ${certificates} where ${matching(scope, {}, now)} limit 1`,
  );
  return rows.length === 0;
}
