import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import type { Scope } from "@/lib/auth/scope";
import { hasStatus } from "@/lib/certificates/predicates";
import { COUNT_CAP, STATUSES } from "@/lib/certificates/rules";
import { type ListFilter, type ListSummary, listSummary } from "@/lib/certificates/schema";
import { matching } from "@/lib/certificates/search";
import { mayGo } from "@/lib/removal/predicates";

/** Counting stops here, one above what is shown exactly. */
const MANY = COUNT_CAP + 1;

type Figures = { deletable: number; byStatus: ListSummary["byStatus"] };

/** The figures around the list; each stops counting one above COUNT_CAP. */
export async function summariseCertificates(scope: Scope, filter: ListFilter, now: Date): Promise<ListSummary> {
  const { deletable, byStatus } = await countFigures(scope, filter, now);
  const inAll = STATUSES.reduce((sum, status) => sum + byStatus[status], 0);
  const total = filter.status === undefined ? Math.min(inAll, MANY) : byStatus[filter.status];
  return { total, deletable, byStatus, isEmpty: total === 0 && (await isEmpty(scope, now)) };
}

/** A search is asked once where it finds no more than can be counted, whatever the number of figures. */
async function countFigures(scope: Scope, filter: ListFilter, now: Date): Promise<Figures> {
  if (filter.q !== undefined) {
    const figures = await countAtOnce(scope, filter, now);
    if (figures !== null) return figures;
  }
  const countOf = (narrowed: ListFilter) =>
    sql`(select count(*)::int from (select 1 from ${certificates} where ${matching(scope, narrowed, now)} limit ${MANY}) counted)`;
  return readFigures(sql`select ${columns((status) => countOf({ ...filter, status }))},
    ${countOf({ ...filter, deletable: "yes" })} as deletable, 0 as seen`);
}

/** Null when there is more than can be counted. */
async function countAtOnce(scope: Scope, filter: ListFilter, now: Date): Promise<Figures | null> {
  const found = matching(scope, { ...filter, status: undefined }, now);
  const countWhere = (condition: SQL | undefined) => sql`(count(*) filter (where ${condition ?? sql`true`}))::int`;
  const isChosen = filter.status === undefined ? sql`true` : (hasStatus(filter.status, now) ?? sql`true`);
  const mayBeDeleted = sql`${isChosen} and ${mayGo(now) ?? sql`true`}`;
  const { seen, ...figures } = await readFigures(sql`
    with found as materialized (select * from ${certificates} where ${found} limit ${MANY})
    select ${columns((status) => countWhere(hasStatus(status, now)))}, ${countWhere(mayBeDeleted)} as deletable,
      count(*)::int as seen
    from found as ${sql.identifier("certificates")}`);
  return seen > COUNT_CAP ? null : figures;
}

function columns(figure: (status: (typeof STATUSES)[number]) => SQL): SQL {
  return sql.join(
    STATUSES.map((status) => sql`${figure(status)} as ${sql.identifier(status)}`),
    sql`, `,
  );
}

const figuresRow = z.tuple([z.object({ deletable: z.number(), seen: z.number() }).catchall(z.number())]);

async function readFigures(statement: SQL): Promise<Figures & { seen: number }> {
  const { rows } = await database().execute(statement);
  const [{ deletable, seen, ...counts }] = figuresRow.parse(rows);
  return { deletable, seen, byStatus: listSummary.shape.byStatus.parse(counts) };
}

async function isEmpty(scope: Scope, now: Date): Promise<boolean> {
  const { rows } = await database().execute(
    sql`select 1 from ${certificates} where ${matching(scope, {}, now)} limit 1`,
  );
  return rows.length === 0;
}
