import { z } from "zod";
import {
  BRAKE_PERCENT_MAX,
  BRAKE_PERCENT_MIN,
  RETENTION_DAYS_MAX,
  RETENTION_DAYS_MIN,
  RUN_STATUSES,
  RUN_TRIGGERS,
  SETTING_SENTENCES,
} from "@/lib/cleanup/rules";

const { retentionDays: DAYS, dailyAtMinute: TIME, brakePercent: SHARE } = SETTING_SENTENCES;
const SWITCH = "This can only be on or off.";

/** Refused, never clamped or rounded: text, fractions, NaN, null and anything outside 1 to 30. */
export const retentionDays = z
  .number({ error: DAYS })
  .int({ error: DAYS })
  .min(RETENTION_DAYS_MIN, { error: DAYS })
  .max(RETENTION_DAYS_MAX, { error: DAYS });

const dailyAtMinute = z.number({ error: TIME }).int({ error: TIME }).min(0, { error: TIME }).max(1439, { error: TIME });

const brakePercent = z
  .number({ error: SHARE })
  .int({ error: SHARE })
  .min(BRAKE_PERCENT_MIN, { error: SHARE })
  .max(BRAKE_PERCENT_MAX, { error: SHARE });

export const settingsInput = z.strictObject({
  enabled: z.boolean({ error: SWITCH }),
  retentionDays,
  skipSynced: z.boolean({ error: SWITCH }),
  dailyAtMinute,
  brakePercent,
  /** When the settings that the form began with were saved; null for the defaults that nobody has saved yet. */
  seenUpdatedAt: z.iso.datetime().nullable(),
});
export type SettingsInput = z.infer<typeof settingsInput>;

export const runNowInput = z.strictObject({});
/** Names one run: to stop it, to approve it, or to say that one has seen how it ended. */
export const runInput = z.strictObject({ runId: z.uuid() });

/** The form's values as a query string has them. */
export const effectInput = z.strictObject({
  retentionDays: z
    .string({ error: DAYS })
    .regex(/^\d{1,2}$/, { error: DAYS })
    .transform(Number)
    .pipe(retentionDays),
  skipSynced: z.enum(["true", "false"], { error: SWITCH }).transform((text) => text === "true"),
  /** Asks for the next night's run; without it the answer is for a run at this moment. */
  dailyAtMinute: z
    .string({ error: TIME })
    .regex(/^\d{1,4}$/, { error: TIME })
    .transform(Number)
    .pipe(dailyAtMinute)
    .exactOptional(),
});

/** Exact up to COUNT_CAP; `isCapped` says that there are more. */
export const cappedCount = z.object({ count: z.number(), isCapped: z.boolean() });
export type CappedCount = z.infer<typeof cappedCount>;

export const effectView = z.object({
  removable: cappedCount,
  skippedDeployed: cappedCount,
  skippedSynced: cappedCount,
});
export type EffectView = z.infer<typeof effectView>;

const moment = z.iso.datetime();

export const runView = z.object({
  id: z.uuid(),
  trigger: z.enum(RUN_TRIGGERS),
  startedByLabel: z.string(),
  status: z.enum(RUN_STATUSES),
  retentionDays: z.number(),
  skipSynced: z.boolean(),
  brakePercent: z.number(),
  /** A person let it go on after the brake had held it. */
  isApproved: z.boolean(),
  approvedByLabel: z.string().nullable(),
  /** A person has seen that it failed, was held or was interrupted. */
  isAcknowledged: z.boolean(),
  startedAt: moment,
  finishedAt: moment.nullable(),
  isStopRequested: z.boolean(),
  stopRequestedByLabel: z.string().nullable(),
  removed: z.number(),
  skippedDeployed: z.number(),
  skippedSynced: z.number(),
  failed: z.number(),
  error: z.string().nullable(),
});
export type RunView = z.infer<typeof runView>;

export const settingsView = z.object({
  enabled: z.boolean(),
  retentionDays: z.number(),
  skipSynced: z.boolean(),
  dailyAtMinute: z.number(),
  brakePercent: z.number(),
  updatedAt: moment.nullable(),
});
export type SettingsView = z.infer<typeof settingsView>;

/** Everything live on the settings page. `at` is the server's clock: browsers' clocks go wrong. */
export const cleanupView = z.object({
  at: moment,
  settings: settingsView,
  nextRunAt: moment.nullable(),
  /** Newest first; the first is the last run. */
  runs: z.array(runView),
  /** What the running run has still to remove; null when none is running. */
  remaining: cappedCount.nullable(),
});
export type CleanupView = z.infer<typeof cleanupView>;
