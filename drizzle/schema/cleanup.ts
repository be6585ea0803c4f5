import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  date,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { RETENTION_DAYS_MAX, RETENTION_DAYS_MIN, RUN_STATUSES, RUN_TRIGGERS } from "@/lib/cleanup/rules";
import { accounts } from "./accounts";
import { id, isOneOf, moment } from "./columns";

/** An account without a row has the defaults (see CLEANUP_DEFAULTS). */
export const cleanupSettings = pgTable(
  "cleanup_settings",
  {
    accountId: uuid()
      .primaryKey()
      .references(() => accounts.id, { onDelete: "restrict" }),
    enabled: boolean().notNull(),
    retentionDays: integer().notNull(),
    skipSynced: boolean().notNull(),
    dailyAtMinute: integer().notNull(),
    /** The schedule counts from here: a slot before this moment was never promised. */
    scheduledFrom: moment().notNull(),
    updatedAt: moment().notNull(),
  },
  (t) => [
    check(
      "cleanup_settings_retention_days",
      sql`${t.retentionDays} between ${sql.raw(String(RETENTION_DAYS_MIN))} and ${sql.raw(String(RETENTION_DAYS_MAX))}`,
    ),
    check("cleanup_settings_daily_at_minute", sql`${t.dailyAtMinute} between 0 and 1439`),
  ],
);

/** One run of the cleanup: its settings as read once at the start, and what came of it. */
export const cleanupRuns = pgTable(
  "cleanup_runs",
  {
    accountId: uuid()
      .notNull()
      .references(() => accounts.id, { onDelete: "restrict" }),
    id: id(),
    trigger: text({ enum: RUN_TRIGGERS }).notNull(),
    /** The UTC day that a scheduled run is for. */
    slotOn: date({ mode: "string" }),
    startedById: uuid(),
    startedByLabel: text().notNull(),
    retentionDays: integer().notNull(),
    skipSynced: boolean().notNull(),
    cutoff: moment().notNull(),
    status: text({ enum: RUN_STATUSES }).notNull(),
    startedAt: moment().notNull(),
    /** Renewed with every batch; a running run whose heartbeat is old has lost its server. */
    heartbeatAt: moment().notNull(),
    stopRequestedAt: moment(),
    stopRequestedByLabel: text(),
    finishedAt: moment(),
    removed: integer().notNull().default(0),
    skippedDeployed: integer().notNull().default(0),
    skippedSynced: integer().notNull().default(0),
    failed: integer().notNull().default(0),
    error: text(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    uniqueIndex("cleanup_runs_one_running_key").on(t.accountId).where(sql`${t.status} = 'running'`),
    uniqueIndex("cleanup_runs_slot_key").on(t.accountId, t.slotOn).where(sql`${t.status} <> 'interrupted'`),
    index("cleanup_runs_time_idx").on(t.accountId, t.startedAt),
    isOneOf("cleanup_runs_trigger_known", t.trigger, RUN_TRIGGERS),
    isOneOf("cleanup_runs_status_known", t.status, RUN_STATUSES),
    check("cleanup_runs_slot_of_schedule", sql`(${t.trigger} = 'schedule') = (${t.slotOn} is not null)`),
    check("cleanup_runs_finished", sql`(${t.status} = 'running') = (${t.finishedAt} is null)`),
  ],
);
