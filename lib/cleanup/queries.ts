import "server-only";
import { and, desc, eq, getTableColumns, ne, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { database, type Executor } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { cleanupRuns, cleanupSettings } from "@/drizzle/schema/cleanup";
import type { Scope } from "@/lib/auth/scope";
import { COUNT_CAP } from "@/lib/certificates/rules";
import { stopRequestedByLabel } from "@/lib/cleanup/predicates";
import {
  CLEANUP_DEFAULTS,
  type CleanupSettings,
  HISTORY_LENGTH,
  nextSlotAt,
  type Schedule,
  type Weight,
} from "@/lib/cleanup/rules";
import type { CappedCount, CleanupView, RunView } from "@/lib/cleanup/schema";
import { longExpired, mayGo } from "@/lib/removal/predicates";

export type SavedSettings = CleanupSettings & { scheduledFrom: Date | null; updatedAt: Date | null };

/** The account's settings, or the defaults with null moments where nobody has saved any yet. */
export async function readSettings(executor: Executor, scope: Scope): Promise<SavedSettings> {
  const [row] = await executor
    .select({
      enabled: cleanupSettings.enabled,
      retentionDays: cleanupSettings.retentionDays,
      skipSynced: cleanupSettings.skipSynced,
      copies: cleanupSettings.copies,
      dailyAtMinute: cleanupSettings.dailyAtMinute,
      brakePercent: cleanupSettings.brakePercent,
      scheduledFrom: cleanupSettings.scheduledFrom,
      updatedAt: cleanupSettings.updatedAt,
    })
    .from(cleanupSettings)
    .where(eq(cleanupSettings.accountId, scope.accountId));
  return row ?? { ...CLEANUP_DEFAULTS, scheduledFrom: null, updatedAt: null };
}

/** What dueSlot() and nextSlotAt() ask for; null where nobody has saved settings, so that nothing is scheduled. */
export async function readSchedule(
  executor: Executor,
  scope: Scope,
  settings: SavedSettings,
): Promise<Schedule | null> {
  if (settings.scheduledFrom === null) return null;
  const [last] = await executor
    .select({ slotOn: sql<string | null>`max(${cleanupRuns.slotOn})::text` })
    .from(cleanupRuns)
    .where(and(eq(cleanupRuns.accountId, scope.accountId), ne(cleanupRuns.status, "interrupted")));
  return { settings, scheduledFrom: settings.scheduledFrom, lastSlotOn: last?.slotOn ?? null };
}

/** The settings page's live figures. */
export async function readCleanup(scope: Scope, now: Date): Promise<CleanupView> {
  const settings = await readSettings(database(), scope);
  const schedule = await readSchedule(database(), scope, settings);
  const { runs, remaining } = await readRuns(scope, now);
  const { scheduledFrom: _, updatedAt, ...values } = settings;
  const nextRunAt = schedule === null ? null : nextSlotAt(schedule, now);
  return {
    at: now.toISOString(),
    settings: { ...values, updatedAt: updatedAt?.toISOString() ?? null },
    nextRunAt: nextRunAt?.toISOString() ?? null,
    runs,
    remaining,
  };
}

async function readRuns(scope: Scope, now: Date): Promise<{ runs: RunView[]; remaining: CappedCount | null }> {
  const rows = await database()
    .select(runColumns)
    .from(cleanupRuns)
    .where(eq(cleanupRuns.accountId, scope.accountId))
    .orderBy(desc(cleanupRuns.startedAt), desc(cleanupRuns.id))
    .limit(HISTORY_LENGTH);
  const [last] = rows;
  const remaining =
    last?.status === "running"
      ? await countCapped(database(), scope, and(longExpired(last.cutoff), mayGo(now, last.skipSynced)))
      : null;
  return { runs: rows.map(runViewOf), remaining };
}

const countRow = z.tuple([z.object({ count: z.number() })]);

async function countCapped(executor: Executor, scope: Scope, condition: SQL | undefined): Promise<CappedCount> {
  const { rows } = await executor.execute(sql`select count(*)::int as count from (
    select 1 from ${certificates} where ${and(eq(certificates.accountId, scope.accountId), condition)}
    limit ${COUNT_CAP + 1}) as counted`);
  const [{ count }] = countRow.parse(rows);
  return count > COUNT_CAP ? { count: COUNT_CAP, isCapped: true } : { count, isCapped: false };
}

/** What runViewOf() wants to know. */
export const runColumns = { ...getTableColumns(cleanupRuns), stopRequestedByLabel };

/** A run as the screens show it. */
export function runViewOf(row: typeof cleanupRuns.$inferSelect): RunView {
  return {
    id: row.id,
    trigger: row.trigger,
    startedByLabel: row.startedByLabel,
    status: row.status,
    retentionDays: row.retentionDays,
    skipSynced: row.skipSynced,
    copies: row.copies,
    cutoff: row.cutoff.toISOString(),
    brakePercent: row.brakePercent,
    held: heldOf(row),
    approvedAt: row.approvedAt?.toISOString() ?? null,
    approvedByLabel: row.approvedByLabel,
    acknowledgedByLabel: row.acknowledgedByLabel,
    startedAt: row.startedAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    isStopRequested: row.stopRequestedByLabel !== null,
    stopRequestedByLabel: row.stopRequestedByLabel,
    removed: row.removed,
    skippedDeployed: row.skippedDeployed,
    skippedSynced: row.skippedSynced,
    failed: row.failed,
    error: row.error,
  };
}

function heldOf({ heldRemovable, heldInventory }: typeof cleanupRuns.$inferSelect): Weight | null {
  return heldRemovable === null || heldInventory === null
    ? null
    : { removable: heldRemovable, inventory: heldInventory };
}

/** What others are told of a run. */
export type RunFacts = Pick<
  typeof cleanupRuns.$inferSelect,
  | "id"
  | "status"
  | "trigger"
  | "startedAt"
  | "finishedAt"
  | "removed"
  | "skippedDeployed"
  | "skippedSynced"
  | "failed"
  | "error"
>;

/** Reads a run as `executor` sees it, in the middle of a transaction too. Throws when there is none. */
export async function readRunFacts(
  executor: Executor,
  { accountId, runId }: { accountId: string; runId: string },
): Promise<RunFacts> {
  const [run] = await executor
    .select({
      id: cleanupRuns.id,
      status: cleanupRuns.status,
      trigger: cleanupRuns.trigger,
      startedAt: cleanupRuns.startedAt,
      finishedAt: cleanupRuns.finishedAt,
      removed: cleanupRuns.removed,
      skippedDeployed: cleanupRuns.skippedDeployed,
      skippedSynced: cleanupRuns.skippedSynced,
      failed: cleanupRuns.failed,
      error: cleanupRuns.error,
    })
    .from(cleanupRuns)
    .where(and(eq(cleanupRuns.accountId, accountId), eq(cleanupRuns.id, runId)));
  if (run === undefined) throw new TypeError(`There is no run ${runId}`);
  return run;
}
