import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  date,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import {
  BRAKE_PERCENT_DEFAULT,
  BRAKE_PERCENT_MAX,
  BRAKE_PERCENT_MIN,
  COPY_HANDLINGS,
  RETENTION_DAYS_MAX,
  RETENTION_DAYS_MIN,
  RUN_STATUSES,
  RUN_TRIGGERS,
  SKIP_REASONS,
} from "@/lib/cleanup/rules";
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
    /** Of certificates that go although they are synced; it counts only while they are not skipped. */
    copies: text({ enum: COPY_HANDLINGS }).notNull().default("leave"),
    dailyAtMinute: integer().notNull(),
    /** A run that would remove more than this share of the inventory is held. */
    brakePercent: integer().notNull().default(BRAKE_PERCENT_DEFAULT),
    /** The schedule counts from here: a slot before this moment was never promised. */
    scheduledFrom: moment().notNull(),
    updatedAt: moment().notNull(),
  },
  (t) => [
    check(
      "cleanup_settings_retention_days",
      sql`${t.retentionDays} between ${sql.raw(String(RETENTION_DAYS_MIN))} and ${sql.raw(String(RETENTION_DAYS_MAX))}`,
    ),
    isOneOf("cleanup_settings_copies_known", t.copies, COPY_HANDLINGS),
    check("cleanup_settings_daily_at_minute", sql`${t.dailyAtMinute} between 0 and 1439`),
    check(
      "cleanup_settings_brake_percent",
      sql`${t.brakePercent} between ${sql.raw(String(BRAKE_PERCENT_MIN))} and ${sql.raw(String(BRAKE_PERCENT_MAX))}`,
    ),
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
    copies: text({ enum: COPY_HANDLINGS }).notNull().default("leave"),
    cutoff: moment().notNull(),
    brakePercent: integer().notNull().default(BRAKE_PERCENT_DEFAULT),
    /** What the brake saw when it held the run: how many would have gone, of how many in the inventory. */
    heldRemovable: integer(),
    heldInventory: integer(),
    /** Who let a held run go on, and when. */
    approvedAt: moment(),
    approvedById: uuid(),
    approvedByLabel: text(),
    status: text({ enum: RUN_STATUSES }).notNull(),
    startedAt: moment().notNull(),
    /** Renewed with every batch; a running run whose heartbeat is old has lost its server. */
    heartbeatAt: moment().notNull(),
    /** Only in runs from before `cleanup_stops`. */
    stopRequestedAt: moment(),
    stopRequestedByLabel: text(),
    finishedAt: moment(),
    removed: integer().notNull().default(0),
    skippedDeployed: integer().notNull().default(0),
    skippedSynced: integer().notNull().default(0),
    failed: integer().notNull().default(0),
    error: text(),
    /** Who has seen that it failed, was held or was interrupted; until then product admins are reminded. */
    acknowledgedAt: moment(),
    acknowledgedByLabel: text(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    uniqueIndex("cleanup_runs_one_running_key").on(t.accountId).where(sql`${t.status} = 'running'`),
    uniqueIndex("cleanup_runs_slot_key").on(t.accountId, t.slotOn).where(sql`${t.status} <> 'interrupted'`),
    index("cleanup_runs_time_idx").on(t.accountId, t.startedAt),
    isOneOf("cleanup_runs_trigger_known", t.trigger, RUN_TRIGGERS),
    isOneOf("cleanup_runs_copies_known", t.copies, COPY_HANDLINGS),
    isOneOf("cleanup_runs_status_known", t.status, RUN_STATUSES),
    check("cleanup_runs_slot_of_schedule", sql`(${t.trigger} = 'schedule') = (${t.slotOn} is not null)`),
    check("cleanup_runs_finished", sql`(${t.status} = 'running') = (${t.finishedAt} is null)`),
    check(
      "cleanup_runs_held",
      sql`${t.status} <> 'held' or (${t.heldRemovable} is not null and ${t.heldInventory} is not null)`,
    ),
  ],
);

/** That a run is to stop. Not in the run's row: who asks would wait for each batch's lock there, and could always come last. */
export const cleanupStops = pgTable(
  "cleanup_stops",
  {
    accountId: uuid().notNull(),
    runId: uuid().notNull(),
    requestedAt: moment().notNull(),
    requestedByLabel: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.runId] }),
    foreignKey({
      name: "cleanup_stops_run_fk",
      columns: [t.accountId, t.runId],
      foreignColumns: [cleanupRuns.accountId, cleanupRuns.id],
    }).onDelete("restrict"),
  ],
);

/** A certificate that a run looked at and did not remove. What it removed has the run in its removal record. */
export const cleanupSkips = pgTable(
  "cleanup_skips",
  {
    accountId: uuid().notNull(),
    runId: uuid().notNull(),
    reason: text({ enum: SKIP_REASONS }).notNull(),
    /**
     * Of certificate_contents, which no one can delete (see the triggers). Not a foreign key: checking one locks, and so
     * writes, the row of each certificate that is skipped, every night.
     */
    certificateId: uuid().notNull(),
    /** As it was called then. */
    name: text().notNull(),
    /** The database's words; only for "failed". */
    error: text(),
  },
  (t) => [
    // The reason before the certificate, so that a run's few failures are found among a million others.
    primaryKey({ name: "cleanup_skips_pk", columns: [t.accountId, t.runId, t.reason, t.certificateId] }),
    foreignKey({
      name: "cleanup_skips_run_fk",
      columns: [t.accountId, t.runId],
      foreignColumns: [cleanupRuns.accountId, cleanupRuns.id],
    }).onDelete("restrict"),
    isOneOf("cleanup_skips_reason_known", t.reason, SKIP_REASONS),
    check("cleanup_skips_error", sql`(${t.reason} = 'failed') = (${t.error} is not null)`),
  ],
);
