import { eq, gte, lt, ne, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { cleanupRuns, cleanupSettings, cleanupStops } from "@/drizzle/schema/cleanup";
import { at, correlated } from "@/drizzle/values";
import { DAY_MS } from "@/lib/certificates/rules";
import { dayOf, HEARTBEAT_LIMIT_MS } from "@/lib/cleanup/rules";

/** dueSlot() as a condition on `cleanup_settings` rows; an account whose run is running is left until that ends. */
export function isDue(now: Date): SQL {
  const midnight = new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS);
  const yesterday = new Date(midnight.getTime() - DAY_MS);
  const minuteOfDay = Math.floor((now.getTime() - midnight.getTime()) / 60_000);
  const cameToday = sql`${cleanupSettings.dailyAtMinute} <= ${minuteOfDay}`;
  const slot = sql`(case when ${cameToday} then ${at(midnight)} else ${at(yesterday)} end
    + ${cleanupSettings.dailyAtMinute} * interval '1 minute')`;
  const day = sql`(case when ${cameToday} then ${dayOf(midnight)}::date else ${dayOf(yesterday)}::date end)`;
  const sameAccount = eq(cleanupRuns.accountId, cleanupSettings.accountId);
  return sql`(${cleanupSettings.enabled} and ${gte(slot, cleanupSettings.scheduledFrom)}
    and not exists (select 1 from ${cleanupRuns}
      where ${sameAccount} and ${cleanupRuns.slotOn} >= ${day} and ${ne(cleanupRuns.status, "interrupted")})
    and not exists (select 1 from ${cleanupRuns} where ${sameAccount} and ${isRunning}))`;
}

/** Has the words of the partial index, so that it is used. */
export const isRunning = sql`${cleanupRuns.status} = 'running'`;

const stopsOf = sql`from ${cleanupStops}
  where ${cleanupStops.accountId} = ${cleanupRuns.accountId} and ${cleanupStops.runId} = ${cleanupRuns.id}`;

/** Somebody has asked the run to stop. */
export const isToStop = correlated<boolean>(
  sql`(${cleanupRuns.stopRequestedAt} is not null or exists (select 1 ${stopsOf} offset 0))`,
);

/** Who asked a run to stop; null where nobody did, or too late. */
export const stopRequestedByLabel = correlated<string | null>(sql`coalesce(${cleanupRuns.stopRequestedByLabel},
  case when ${cleanupRuns.status} in ('running', 'stopped') then (select ${cleanupStops.requestedByLabel} ${stopsOf}) end)`);

/** A running run whose server has not been heard of for too long. */
export function hasLostItsServer(now: Date): SQL {
  const limit = new Date(now.getTime() - HEARTBEAT_LIMIT_MS);
  return sql`(${isRunning} and ${lt(cleanupRuns.heartbeatAt, limit)})`;
}

const later = alias(cleanupRuns, "later");

/** No run of the account began after this one. */
export const isLatest = sql`not exists (select 1 from ${cleanupRuns} as ${sql.identifier("later")}
  where ${later.accountId} = ${cleanupRuns.accountId}
    and (${later.startedAt}, ${later.id}) > (${cleanupRuns.startedAt}, ${cleanupRuns.id}))`;
