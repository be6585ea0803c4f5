import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { certificates } from "@/drizzle/schema/certificates";
import type { Scope } from "@/lib/auth/scope";
import { countedIn, isToldByCensus, takeCensus } from "@/lib/certificates/census";
import { findingsOf, QUICK_LOOK, readByIndex } from "@/lib/certificates/findings";
import { statusColumn } from "@/lib/certificates/predicates";
import {
  expiryRange,
  type Month,
  STATUS_CHOICES,
  STATUSES,
  type Status,
  timelineMonths,
} from "@/lib/certificates/rules";
import type { ListFilter, Timeline } from "@/lib/certificates/schema";

const cells = z.array(z.object({ month: z.string(), status: z.enum(STATUSES), count: z.number() }));
const found = z.object({ cells, isPartial: z.boolean() });
type Found = z.infer<typeof found>;

/** Certificates by month of expiry and status, for the same filter as the list. */
export async function readTimeline(scope: Scope, filter: ListFilter, now: Date): Promise<Timeline> {
  // The months are the axis: choosing one narrows the list, not the picture that it was chosen from.
  const asked = { ...filter, expires: undefined };
  const read = (await readCensus(scope, asked, now)) ?? (await readFindings(scope, asked, now));
  return {
    isPartial: read.isPartial,
    months: timelineMonths(now).map((bar) => {
      const inBar = read.cells.filter(({ month }) => isWithin(bar, month));
      const countOf = (status: Status) =>
        inBar.reduce((sum, each) => sum + (each.status === status ? each.count : 0), 0);
      const segments = STATUS_CHOICES.map((status) => ({ status, count: countOf(status) }));
      return { key: bar.key, segments: segments.filter(({ count }) => count > 0) };
    }),
  };
}

/** Null where the figures by day do not tell: of a search, and of what may go or is in use where that was not read. */
async function readCensus(scope: Scope, filter: ListFilter, now: Date): Promise<Found | null> {
  const { status, deletable, use } = filter;
  const asked = { ...expiryRange(undefined), byMonth: true };
  const census = (await isToldByCensus(scope, filter)) ? await takeCensus(scope, asked, now) : null;
  if (census === null || ((deletable !== undefined || use !== undefined) && census.unread > 0)) return null;
  const chosen = census.cells.filter((cell) => status === undefined || cell.status === status);
  return {
    cells: chosen.map((cell) => ({ ...cell, count: countedIn(cell, filter) })),
    isPartial: false,
  };
}

async function readFindings(scope: Scope, filter: ListFilter, now: Date): Promise<Found> {
  const { parts, isPartial } = await findingsOf(scope, filter, { now, reach: QUICK_LOOK });
  const month: SQL = sql`date_trunc('month', ${certificates.notAfter} at time zone 'UTC')`;
  const rows = await readByIndex(sql`with ${parts}, by_month as (
      select ${month} as month, ${statusColumn(now)} as status, count(*)::int as count
      from found as ${certificates} group by 1, 2)
    select ${isPartial} as "isPartial", coalesce(
      (select jsonb_agg(jsonb_build_object('month', to_char(month, 'YYYY-MM'), 'status', status, 'count', count)) from by_month),
      '[]') as cells`);
  const [read] = z.tuple([found]).parse(rows);
  return read;
}

/** Months are compared as they are written, "2026-11": years have four digits. */
function isWithin({ start, finish }: Month, month: string): boolean {
  const written = (moment: Date) => moment.toISOString().slice(0, 7);
  return (start === null || month >= written(start)) && (finish === null || month < written(finish));
}
