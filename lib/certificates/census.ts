import "server-only";
import { not, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { database } from "@/drizzle/client";
import { certificateCounts } from "@/drizzle/schema/certificate-counts";
import { certificates } from "@/drizzle/schema/certificates";
import { deployments, syncs } from "@/drizzle/schema/use";
import { at } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import { type Early, recallEarly, rememberEarly } from "@/lib/certificates/early";
import { expiringFrom, statusColumn } from "@/lib/certificates/predicates";
import { EXPIRING_DAYS, STATUSES } from "@/lib/certificates/rules";
import type { ListFilter } from "@/lib/certificates/schema";
import { deploymentBlocks, stillValid, syncIsActive } from "@/lib/removal/predicates";

/** Certificates of a day through which a status turns, or that are not yet valid, are read up to so many. */
const ROWS_READ = 20_000;
/** What is in use is looked up where it can be no more certificates than these. */
const USES_READ = 2_500;

/** Certificates of one status that expire in a month of UTC, "2026-11", and how many of them may be deleted now or are in use. */
const cell = z.object({
  month: z.string(),
  status: z.enum(STATUSES),
  total: z.number(),
  free: z.number(),
  used: z.number(),
});
type Cell = z.infer<typeof cell>;
const rows = z.array(
  cell.extend({
    uses: z.number(),
    isCut: z.boolean(),
    version: z.string(),
    early: z.array(z.unknown()),
    earlyUntil: z.number().nullable(),
  }),
);

/** So many certificates may be in use beside what is `used`, in which cells is not known; 0 where `free` and `used` are exact. */
export type Census = { cells: Cell[]; unread: number };

/** A half-open interval of notAfter, between midnights in UTC; null is unbounded. Months are told apart if so wanted. */
type Asked = { start: Date | null; finish: Date | null; byMonth: boolean };

/**
 * Counts an inventory exactly from its figures by day. Only the two days through which a status turns, what is not yet
 * valid, and what is in use are read as certificates; what is not yet valid only where something has changed since the
 * last time. Null where one of the first three is more than is read.
 */
export async function takeCensus(scope: Scope, asked: Asked, now: Date): Promise<Census | null> {
  const key = JSON.stringify([scope.accountId, asked]);
  // Planned for these moments: a plan for any would not know how little lies between them.
  const cells = rows.parse(
    (await database().execute(censusOf(scope, { ...asked, known: recallEarly(key, now) }, now))).rows,
  );
  if (cells.some(({ isCut }) => isCut)) return null;
  for (const { version, early, earlyUntil: until } of cells.slice(0, 1))
    rememberEarly(key, { version, rows: JSON.stringify(early), until }, now);
  const uses = cells[0]?.uses ?? 0;
  return { cells, unread: uses > USES_READ ? uses : 0 };
}

/**
 * Whether a census can tell what a filter lets through: it knows nothing of names, nor how a certificate is in use, nor
 * what is in use where that is too much to be read.
 */
export async function isToldByCensus(scope: Scope, { q, use, deletable }: ListFilter): Promise<boolean> {
  if (q !== undefined || use === "serving" || use === "synced") return false;
  if (use !== "any" || deletable !== undefined) return true;
  const { rows } = await database().execute(sql`select coalesce(sum(uses), 0)::int as uses
    from ${certificateCounts} where account_id = ${scope.accountId}`);
  const [{ uses }] = z.tuple([z.object({ uses: z.number() })]).parse(rows);
  return uses <= USES_READ;
}

/** How many of a cell such a filter lets through, whatever its status and months. */
export function countedIn({ total, free, used }: Cell, { deletable, use }: ListFilter): number {
  if (deletable !== undefined) return use === "any" ? 0 : free;
  if (use === undefined) return total;
  return use === "any" ? used : total - used;
}

const { accountId, id, notBefore, notAfter, revokedAt, source } = certificates;

/**
 * `figures` have the columns of `certificates` that decide a status and what may go, a number of such certificates, and
 * how many are in use. What is alike is one of them: the first of it stands for all.
 */
function censusOf(scope: Scope, { start, finish, byMonth, known }: Asked & { known: Early | null }, now: Date): SQL {
  const from = sql`${start?.toISOString() ?? "-infinity"}::timestamptz`;
  const to = sql`${finish?.toISOString() ?? "infinity"}::timestamptz`;
  const expiring = expiringFrom(now);
  const [today, turning] = [midnightBefore(now), midnightBefore(expiring)];
  const isHere = sql`${accountId} = ${scope.accountId}::uuid and ${notAfter} >= ${from} and ${notAfter} < ${to}`;
  const monthOf = (moment: SQL) => (byMonth ? sql`, date_trunc('month', ${moment})` : sql``);
  const ofDay = (
    day: SQL,
  ) => sql`(select ${notAfter}, ${source} from ${certificates} where ${isHere} and ${revokedAt} is null
    and ${notAfter} >= ${day} and ${notAfter} < ${day} + interval '24 hours' limit ${ROWS_READ + 1})`;
  const isKnown = sql`(select ids from version) is not distinct from ${known?.version ?? null}::text`;
  const alike = sql`group by source, not_after < ${at(now)}, not_after < ${at(expiring)}${monthOf(sql`not_after at time zone 'UTC'`)}`;
  return sql`with differences as (
      select * from ${certificateCounts} where account_id = ${scope.accountId}::uuid
    ), version as materialized (
      select coalesce(array_agg(id order by id), '{}')::text as ids from differences
    ), days as (
      select ${dateOf(today)} as today, ${dateOf(turning)} as turning
    ), by_day as materialized (
      select min(day)::timestamp at time zone 'UTC' as not_after, day in (today, turning) as is_turning,
        sum(c.revoked)::int as revoked, sum(c.issued)::int as issued, sum(c.uploaded)::int as uploaded
      from days, differences d, unnest(d.days, d.revoked, d.issued, d.uploaded) as c (day, revoked, issued, uploaded)
      where day >= ${dateOf(from)} and day < ${dateOf(to)}
      group by day in (today, turning), day < today, day < turning${monthOf(sql`day::timestamp`)}
    ), turning as materialized (
      select min(not_after) as not_after, source, count(*)::int as number
      from (${ofDay(today)} union all ${ofDay(turning)}) read ${alike}
    ), early as materialized (
      select min(not_after) as not_after, min(not_before) as not_before, source, count(*)::int as number from (
        select ${notAfter}, ${notBefore}, ${source} from ${certificates} where ${isHere} and ${revokedAt} is null
          and ${notBefore} > ${at(now)} and ${notAfter} >= ${at(now)} and not ${isKnown} limit ${ROWS_READ + 1}) read ${alike}
      union all select * from jsonb_to_recordset(${known?.rows ?? "[]"}::jsonb)
        as known (not_after timestamptz, not_before timestamptz, source text, number int) where ${isKnown}
    ), uses as materialized (select coalesce(sum(uses), 0)::int as most from differences),
    used as materialized (${usedOf(deployments, scope)} union ${usedOf(syncs, scope)}),
    figures (not_after, not_before, revoked_at, source, number, in_use) as (
      select not_after, ${NEVER}, ${NEVER}, 'uploaded', revoked, 0 from by_day
      union all select not_after, ${NEVER}, null, 'issued', issued, 0 from by_day where not is_turning
      union all select not_after, ${NEVER}, null, 'uploaded', uploaded, 0 from by_day where not is_turning
      union all select not_after, ${NEVER}, null, source, number, 0 from turning
      union all select not_after, ${NEVER}, null, source, -number, 0 from early
      union all select not_after, not_before, null, source, number, 0 from early
      union all select ${notAfter}, ${notBefore}, ${revokedAt}, ${source}, 0, 1 from ${certificates}
        where ${isHere} and ${id} = any(array(select certificate_id from used))
    ), cells as (
      select ${statusColumn(now)} as status, min(not_after) as not_after, sum(number)::int as total,
        coalesce(sum(number - in_use) filter (where ${not(stillValid(now) ?? sql`false`)}), 0)::int as free,
        sum(in_use)::int as used
      from figures as ${certificates} group by 1${monthOf(sql`not_after at time zone 'UTC'`)}
    )
    select to_char(not_after at time zone 'UTC', 'YYYY-MM') as month, status, total, free, used, (select most from uses) as uses,
      (select ids from version) as version, (select coalesce(jsonb_agg(early), '[]') from early) as early, ${firstTurn(expiring)} as "earlyUntil",
      (select coalesce(sum(number), 0) from early) > ${ROWS_READ} or (select coalesce(sum(number), 0) from turning) > ${ROWS_READ} as "isCut"
    from cells where total <> 0`;
}

/** When the first of what is not yet valid begins, expires or is about to expire, in milliseconds. */
function firstTurn(expiring: Date): SQL {
  const ahead = sql`interval '${sql.raw(String(EXPIRING_DAYS * 24))} hours'`;
  return sql`(select (extract(epoch from least(min(not_before), min(not_after),
    min(not_after) filter (where not_after >= ${at(expiring)}) - ${ahead})) * 1000)::float8 from early)`;
}

/** Certificates that a table says are in use, unless there can be too many. */
function usedOf(table: typeof deployments | typeof syncs, scope: Scope): SQL {
  return sql`(select ${table.certificateId} from ${table} where ${table.accountId} = ${scope.accountId}::uuid
    and (select most <= ${USES_READ} from uses) and ${table === syncs ? syncIsActive : deploymentBlocks} limit ${USES_READ})`;
}

/** Before anything began. */
const NEVER = sql`'-infinity'::timestamptz`;

function midnightBefore(moment: Date): SQL {
  return at(new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth(), moment.getUTCDate())));
}

function dateOf(midnight: SQL): SQL {
  return sql`(${midnight} at time zone 'UTC')::date`;
}
