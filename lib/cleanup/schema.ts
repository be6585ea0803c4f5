import { z } from "zod";
import {
  type AlarmingStatus,
  BRAKE_PERCENT_MAX,
  BRAKE_PERCENT_MIN,
  COPY_HANDLINGS,
  PREVIEW_OUTCOMES,
  RETENTION_DAYS_MAX,
  RETENTION_DAYS_MIN,
  RUN_OUTCOMES,
  RUN_STATUSES,
  RUN_TRIGGERS,
  SETTING_SENTENCES,
} from "@/lib/cleanup/rules";
import { idPosition, momentPosition } from "@/lib/paging/schema";

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
  /** Left out, it stays as it is. */
  copies: z.enum(COPY_HANDLINGS, { error: "Copies can only be left or removed." }).exactOptional(),
  dailyAtMinute,
  brakePercent,
  /** When the settings that the form began with were saved; null for the defaults that nobody has saved yet. */
  seenUpdatedAt: z.iso.datetime().nullable(),
});
export type SettingsInput = z.infer<typeof settingsInput>;

export const runNowInput = z.strictObject({});
/** Names one run: to stop it, to approve it, or to say that one has seen how it ended. */
export const runInput = z.strictObject({ runId: z.uuid() });

/** Which run is foreseen: the form's values as a query string has them. */
const foreseenInput = z.strictObject({
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

export const effectInput = foreseenInput.extend({
  brakePercent: z
    .string({ error: SHARE })
    .regex(/^\d{1,3}$/, { error: SHARE })
    .transform(Number)
    .pipe(brakePercent),
});

/** A page of a preview; without a place the first one. */
export const previewInput = foreseenInput.extend({
  outcome: z.enum(PREVIEW_OUTCOMES),
  ...momentPosition.partial().shape,
});

/** `isCapped` says that there are more than were counted. */
export const cappedCount = z.object({ count: z.number(), isCapped: z.boolean() });
export type CappedCount = z.infer<typeof cappedCount>;

const weight = z.object({ removable: z.number(), inventory: z.number() });

export const effectView = z.object({
  removable: cappedCount,
  skippedDeployed: cappedCount,
  skippedSynced: cappedCount,
  /** What the brake would hold the run for; null when it would let it go on. */
  held: weight.nullable(),
});
export type EffectView = z.infer<typeof effectView>;

const moment = z.iso.datetime();

const previewRow = z.object({
  id: z.uuid(),
  name: z.string(),
  notAfter: moment,
  /** Names of services, and of destinations with an active sync; null where there is none. */
  deployedAt: z.string().nullable(),
  syncedTo: z.string().nullable(),
});
export type PreviewRow = z.infer<typeof previewRow>;

/** `previous` and `next` are places to ask for with `before` and `after`. */
export const previewPage = z.object({
  at: moment,
  outcome: z.enum(PREVIEW_OUTCOMES),
  rows: z.array(previewRow),
  previous: z.string().nullable(),
  next: z.string().nullable(),
});
export type PreviewPage = z.infer<typeof previewPage>;

export const runView = z.object({
  id: z.uuid(),
  trigger: z.enum(RUN_TRIGGERS),
  startedByLabel: z.string(),
  status: z.enum(RUN_STATUSES),
  retentionDays: z.number(),
  skipSynced: z.boolean(),
  copies: z.enum(COPY_HANDLINGS),
  /** It looks at what expired before this moment. */
  cutoff: moment,
  brakePercent: z.number(),
  /** What the brake saw when it held the run. */
  held: weight.nullable(),
  /** When and by whom it was let go on after the brake had held it. */
  approvedAt: moment.nullable(),
  approvedByLabel: z.string().nullable(),
  /** Who has seen that it failed, was held or was interrupted. */
  acknowledgedByLabel: z.string().nullable(),
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

/** A certificate that a run left where it was; `isGone` when it was removed later. */
export type SkippedRow = { id: string; name: string; error: string | null; isGone: boolean };

/** How the last run that ended came to its end, when that is a bad one that nobody has acknowledged. */
export type Alarm = { runId: string; status: AlarmingStatus; endedAt: Date };

const show = <const Views extends readonly string[]>(views: Views) => z.enum(views).nullable().catch(null);

/** What the address of a run says of the list of its certificates; what is no good is dropped. */
export const runAddress = idPosition.extend({ show: show(RUN_OUTCOMES) });
/** The same of a held run, whose list is a preview. */
export const heldRunAddress = momentPosition.extend({ show: show(PREVIEW_OUTCOMES) });

export const settingsView = z.object({
  enabled: z.boolean(),
  retentionDays: z.number(),
  skipSynced: z.boolean(),
  copies: z.enum(COPY_HANDLINGS),
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
