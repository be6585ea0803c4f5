import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { certificates } from "@/drizzle/schema/certificates";
import type { Scope } from "@/lib/auth/scope";
import { findingsOf, readByIndex } from "@/lib/certificates/findings";
import { hasStatus } from "@/lib/certificates/predicates";
import { COUNT_CAP, type Month, STATUS_CHOICES, type Status, timelineMonths } from "@/lib/certificates/rules";
import type { ListFilter, Timeline } from "@/lib/certificates/schema";
import { matching } from "@/lib/certificates/search";

const months = z.array(z.object({ key: z.string(), isPartial: z.boolean() }).catchall(z.number()));

/**
 * Certificates by month of expiry and status, for the same filter as the list. Each month stops counting one above
 * COUNT_CAP, so that the cost does not grow with the inventory.
 */
export async function readTimeline(scope: Scope, filter: ListFilter, now: Date): Promise<Timeline> {
  // The months are the axis: choosing one narrows the list, not the picture that it was chosen from.
  const asked = { ...filter, expires: undefined };
  const axis = timelineMonths(now);
  // What is not yet valid is rare in every month.
  const isIndexed = asked.q === undefined && asked.deletable === undefined && asked.status !== "not_yet_valid";
  const rows = await readByIndex(
    isIndexed ? byMonth(scope, asked, { axis, now }) : await atOnce(scope, asked, { axis, now }),
  );
  const read = months.parse(rows);
  return {
    isPartial: read.some((month) => month.isPartial),
    months: axis.map(({ key }) => {
      const found = read.find((month) => month.key === key);
      const countOf = (status: Status) => z.number().catch(0).parse(found?.[status]);
      return {
        key,
        segments: STATUS_CHOICES.map((status) => ({ status, count: countOf(status) })).filter(({ count }) => count > 0),
      };
    }),
  };
}

type Asked = { axis: Month[]; now: Date };

/** One walk of the expiry index a month. */
function byMonth(scope: Scope, filter: ListFilter, { axis, now }: Asked): SQL {
  const { notAfter, notBefore, revokedAt } = certificates;
  return sql`select month.key, false as "isPartial", figure.* from ${relationOf(axis)} cross join lateral (
    select ${countsOf(now)} from (
      select ${notAfter}, ${notBefore}, ${revokedAt} from ${certificates}
      where ${matching(scope, filter, now)} and ${notAfter} >= month.start and ${notAfter} < month.finish
      limit ${COUNT_CAP + 1}) as ${certificates}) figure`;
}

/** What no index counts is looked up once, not once a month. */
async function atOnce(scope: Scope, filter: ListFilter, { axis, now }: Asked): Promise<SQL> {
  const { parts, isPartial } = await findingsOf(scope, filter, now);
  return sql`with ${parts} select month.key, ${isPartial} as "isPartial", figure.* from ${relationOf(axis)} cross join lateral (
    select ${countsOf(now)} from found as ${certificates}
    where ${certificates.notAfter} >= month.start and ${certificates.notAfter} < month.finish) figure`;
}

function countsOf(now: Date): SQL {
  return sql.join(
    STATUS_CHOICES.map(
      (status) => sql`(count(*) filter (where ${hasStatus(status, now)}))::int as ${sql.identifier(status)}`,
    ),
    sql`, `,
  );
}

function relationOf(months: Month[]): SQL {
  const rows = JSON.stringify(
    months.map(({ key, start, finish }) => ({ key, start: start ?? "-infinity", finish: finish ?? "infinity" })),
  );
  return sql`jsonb_to_recordset(${rows}::jsonb) as month (key text, start timestamptz, finish timestamptz)`;
}
