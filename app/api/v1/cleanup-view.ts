import { z } from "zod";
import { formatDailyAt, RUN_STATUSES, RUN_TRIGGERS } from "@/lib/cleanup/rules";
import type { CleanupView, RunView } from "@/lib/cleanup/schema";
import { moment } from "./certificate-view";

export const weight = z.object({ removable: z.int(), inventory: z.int() });

export const cleanupSettings = z
  .object({
    enabled: z.boolean(),
    retention_days: z.int(),
    skip_synced: z.boolean(),
    daily_at: z.string().meta({ description: "Hour and minute, UTC." }),
    brake_percent: z.int(),
    updated_at: moment.nullable().meta({ description: "Null while nobody has saved any." }),
    next_run_at: moment.nullable(),
  })
  .meta({ id: "CleanupSettings" });

export function cleanupSettingsOf(view: Pick<CleanupView, "settings" | "nextRunAt">): z.input<typeof cleanupSettings> {
  const { settings } = view;
  return {
    enabled: settings.enabled,
    retention_days: settings.retentionDays,
    skip_synced: settings.skipSynced,
    daily_at: formatDailyAt(settings.dailyAtMinute),
    brake_percent: settings.brakePercent,
    updated_at: settings.updatedAt,
    next_run_at: view.nextRunAt,
  };
}

export const cleanupRun = z
  .object({
    id: z.uuid(),
    status: z.enum(RUN_STATUSES),
    trigger: z.enum(RUN_TRIGGERS),
    started_by: z.string(),
    started_at: moment,
    finished_at: moment.nullable(),
    retention_days: z.int(),
    skip_synced: z.boolean(),
    cutoff: moment.meta({ description: "It looks at what expired before this moment." }),
    brake_percent: z.int(),
    held: weight.nullable().meta({ description: "What the brake saw when it held the run." }),
    approved_at: moment.nullable(),
    approved_by: z.string().nullable(),
    stop_requested_by: z.string().nullable(),
    removed: z.int(),
    skipped_deployed: z.int(),
    skipped_synced: z.int(),
    failed: z.int(),
    error: z.string().nullable(),
  })
  .meta({ id: "CleanupRun" });

export function cleanupRunOf(run: RunView): z.input<typeof cleanupRun> {
  return {
    id: run.id,
    status: run.status,
    trigger: run.trigger,
    started_by: run.startedByLabel,
    started_at: run.startedAt,
    finished_at: run.finishedAt,
    retention_days: run.retentionDays,
    skip_synced: run.skipSynced,
    cutoff: run.cutoff,
    brake_percent: run.brakePercent,
    held: run.held,
    approved_at: run.approvedAt,
    approved_by: run.approvedByLabel,
    stop_requested_by: run.stopRequestedByLabel,
    removed: run.removed,
    skipped_deployed: run.skippedDeployed,
    skipped_synced: run.skippedSynced,
    failed: run.failed,
    error: run.error,
  };
}
