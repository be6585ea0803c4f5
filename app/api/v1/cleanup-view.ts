import { z } from "zod";
import { readRun } from "@/lib/cleanup/history";
import {
  COPY_HANDLINGS,
  formatDailyAt,
  parseDailyAt,
  RUN_STATUSES,
  RUN_TRIGGERS,
  SETTING_SENTENCES,
} from "@/lib/cleanup/rules";
import type { CleanupView, RunView } from "@/lib/cleanup/schema";
import { ApiRefusal, UNKNOWN } from "@/lib/http/api-problem";
import { moment } from "./certificate-view";

/** Hour and minute in UTC, as minutes since midnight. */
export const dailyAt = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: SETTING_SENTENCES.dailyAtMinute })
  .transform((text) => parseDailyAt(text) ?? 0);

const COPIES =
  "What becomes of the copies at destinations of synced certificates that are not skipped: they are left, or removed first.";

export const weight = z.object({ removable: z.int(), inventory: z.int() });

export const cleanupSettings = z
  .object({
    enabled: z.boolean(),
    retention_days: z.int(),
    skip_synced: z.boolean(),
    copies: z.enum(COPY_HANDLINGS).meta({ description: COPIES }),
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
    copies: settings.copies,
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
    copies: z.enum(COPY_HANDLINGS).meta({ description: COPIES }),
    cutoff: moment.meta({ description: "It looks at what expired before this moment." }),
    brake_percent: z.int(),
    held: weight.nullable().meta({ description: "What the brake saw when it held the run." }),
    approved_at: moment.nullable(),
    approved_by: z.string().nullable(),
    acknowledged_by: z.string().nullable().meta({ description: "Who has seen that it did not end well." }),
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
    copies: run.copies,
    cutoff: run.cutoff,
    brake_percent: run.brakePercent,
    held: run.held,
    approved_at: run.approvedAt,
    approved_by: run.approvedByLabel,
    acknowledged_by: run.acknowledgedByLabel,
    stop_requested_by: run.stopRequestedByLabel,
    removed: run.removed,
    skipped_deployed: run.skippedDeployed,
    skipped_synced: run.skippedSynced,
    failed: run.failed,
    error: run.error,
  };
}

/** Refused as unknown when the account has none with this id. */
export async function readCleanupRun(scope: Parameters<typeof readRun>[0], id: string): Promise<RunView> {
  const found = await readRun(scope, id);
  if (found === null) throw new ApiRefusal(UNKNOWN);
  return found.run;
}
