import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import type { Scope } from "@/lib/auth/scope";
import { statusColumn } from "@/lib/certificates/predicates";
import { COUNT_CAP, type Month, STATUS_CHOICES, STATUSES, timelineMonths } from "@/lib/certificates/rules";
import type { ListFilter, Timeline } from "@/lib/certificates/schema";
import { matching } from "@/lib/certificates/search";

const figures = z.array(z.object({ key: z.string(), status: z.enum(STATUSES), count: z.number() }));

/**
 * Certificates by month of expiry and status, for the same filter as the list. Each month stops counting above
 * COUNT_CAP, so that the cost does not grow with the inventory.
 */
export async function readTimeline(scope: Scope, filter: ListFilter, now: Date): Promise<Timeline> {
  // The months are the axis: choosing one narrows the list, not the picture that it was chosen from.
  const where = matching(scope, { ...filter, expires: undefined }, now) ?? sql`true`;
  const months = timelineMonths(now);
  const found = await database().execute(
    filter.q === undefined ? byMonth(months, where, now) : atOnce(months, where, now),
  );
  const rows = figures.parse(found.rows);
  return months.map(({ key }) => ({
    key,
    segments: STATUS_CHOICES.flatMap(
      (status) => rows.find((row) => row.key === key && row.status === status) ?? [],
    ).map(({ status, count }) => ({ status, count })),
  }));
}

/** One walk of the expiry index a month. */
function byMonth(months: Month[], where: SQL, now: Date): SQL {
  return sql`
    select month.key, figure.status, figure.count from ${axis(months)} cross join lateral (
      select status, count(*)::int as count from (
        select ${statusColumn(now)} as status from ${certificates}
        where ${where} and ${certificates.notAfter} >= month.start and ${certificates.notAfter} < month.finish
        limit ${COUNT_CAP + 1}) counted
      group by status) figure`;
}

/** A search is asked once, not once a month. */
function atOnce(months: Month[], where: SQL, now: Date): SQL {
  return sql`
    select month.key, found.status, count(*)::int as count from (
      select ${certificates.notAfter} as not_after, ${statusColumn(now)} as status from ${certificates}
      where ${where} limit ${COUNT_CAP + 1}) found
    join ${axis(months)} on found.not_after >= month.start and found.not_after < month.finish
    group by month.key, found.status`;
}

function axis(months: Month[]): SQL {
  const rows = JSON.stringify(
    months.map(({ key, start, finish }) => ({ key, start: start ?? "-infinity", finish: finish ?? "infinity" })),
  );
  return sql`jsonb_to_recordset(${rows}::jsonb) as month (key text, start timestamptz, finish timestamptz)`;
}
