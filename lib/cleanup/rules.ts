import { DAY_MS } from "@/lib/certificates/rules";

export const RETENTION_DAYS_MIN = 1;
export const RETENTION_DAYS_MAX = 30;

/** Per cent of the account's certificates that one run may remove without being asked. */
export const BRAKE_PERCENT_MIN = 10;
export const BRAKE_PERCENT_MAX = 100;
export const BRAKE_PERCENT_DEFAULT = 50;
/** Up to this many certificates a run is never held, whatever their share. */
export const BRAKE_FREE = 100;

/** True when a run that would remove `removable` of `inventory` certificates must be held: more than the share and more than BRAKE_FREE. */
export function isHeld({ removable, inventory }: Weight, brakePercent: number): boolean {
  return removable > BRAKE_FREE && removable * 100 > inventory * brakePercent;
}

type NumberSetting = "retentionDays" | "brakePercent";
const RANGES: Record<NumberSetting, [least: number, greatest: number]> = {
  retentionDays: [RETENTION_DAYS_MIN, RETENTION_DAYS_MAX],
  brakePercent: [BRAKE_PERCENT_MIN, BRAKE_PERCENT_MAX],
};

/** Whether a setting may have this value. */
export function isAllowed(setting: NumberSetting, value: number | null): value is number {
  const [least, greatest] = RANGES[setting];
  return value !== null && Number.isInteger(value) && value >= least && value <= greatest;
}

/** What whoever gives a setting a value that it may not have is told, by the form and by the action. */
export const SETTING_SENTENCES = {
  retentionDays: `Enter a whole number from ${RETENTION_DAYS_MIN} to ${RETENTION_DAYS_MAX}.`,
  brakePercent: `Enter a whole number from ${BRAKE_PERCENT_MIN} to ${BRAKE_PERCENT_MAX}.`,
  dailyAtMinute: "Enter a time of the day as hour and minute, 00:00 to 23:59.",
} as const;

/** What a run would remove, of how many certificates in the inventory. */
export type Weight = { removable: number; inventory: number };

/** "75 %" of the inventory, rounded down. */
export function shareText({ removable, inventory }: Weight): string {
  return `${Math.floor((removable / inventory) * 100)} %`;
}

/** What becomes of the copies at destinations of certificates that go although they are synced. */
export const COPY_HANDLINGS = ["leave", "remove"] as const;
export type CopyHandling = (typeof COPY_HANDLINGS)[number];

export const COPY_HANDLING_LABELS: Record<CopyHandling, string> = {
  leave: "Leave them there",
  remove: "Remove them first",
};

/** Whether a run removes the copies of synced certificates before these go; one whose copy stays, stays too. */
export function removesCopies({ skipSynced, copies }: Pick<CleanupSettings, "skipSynced" | "copies">): boolean {
  return !skipSynced && copies === "remove";
}

export type CleanupSettings = {
  enabled: boolean;
  /** Whole days of 24 hours after notAfter. */
  retentionDays: number;
  skipSynced: boolean;
  copies: CopyHandling;
  /** Minute of the UTC day, 0 to 1439. */
  dailyAtMinute: number;
  /** Whole per cent, 10 to 100. */
  brakePercent: number;
};

export const CLEANUP_DEFAULTS: CleanupSettings = {
  enabled: false,
  retentionDays: 30,
  skipSynced: true,
  copies: "leave",
  dailyAtMinute: 120,
  brakePercent: BRAKE_PERCENT_DEFAULT,
};

export const RUN_STATUSES = [
  "running",
  "succeeded",
  "succeeded_with_errors",
  "failed",
  "stopped",
  "interrupted",
  "held",
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const RUN_STATUS_LABELS: Record<RunStatus, string> = {
  running: "Running",
  succeeded: "Succeeded",
  succeeded_with_errors: "Succeeded with errors",
  failed: "Failed",
  stopped: "Stopped",
  interrupted: "Interrupted",
  held: "Held",
};

/** Why a certificate that was old enough stayed; of several reasons the first. */
export const SKIP_REASONS = ["deployed", "synced", "failed"] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** What a run would do with a certificate that is old enough. */
export const PREVIEW_OUTCOMES = ["removable", "deployed", "synced"] as const;
export type PreviewOutcome = (typeof PREVIEW_OUTCOMES)[number];

/** What a run did with a certificate that was old enough. */
export const RUN_OUTCOMES = ["removed", ...SKIP_REASONS] as const;
export type RunOutcome = (typeof RUN_OUTCOMES)[number];

/** A preview's figures are exact up to so many certificates that are old enough; of more it says "at least". */
export const PREVIEW_CAP = 250_000;

/** The ends of a run of which product admins are told until somebody has acknowledged them. */
export const ALARMING_STATUSES = ["failed", "held", "interrupted"] as const satisfies RunStatus[];
export type AlarmingStatus = (typeof ALARMING_STATUSES)[number];

export const RUN_TRIGGERS = ["schedule", "person"] as const;
export type RunTrigger = (typeof RUN_TRIGGERS)[number];

/** A certificate is old enough when notAfter lies strictly before this moment: 29.999 days are not 30. */
export function cutoffOf(retentionDays: number, now: Date): Date {
  return new Date(now.getTime() - retentionDays * DAY_MS);
}

const MINUTE_MS = 60_000;

/** "02:00" for minute 120 of the UTC day. */
export function formatDailyAt(minute: number): string {
  const part = (value: number) => String(value).padStart(2, "0");
  return `${part(Math.floor(minute / 60))}:${part(minute % 60)}`;
}

/** The minute of the day that "HH:MM" names, or null where it names none. */
export function parseDailyAt(text: string): number | null {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)(?::00)?$/.exec(text) ?? [];
  return hours === undefined || minutes === undefined ? null : Number(hours) * 60 + Number(minutes);
}

/** What the schedule is decided from. `lastSlotOn` is the latest UTC day ("2026-11-22") whose run was not interrupted. */
export type Schedule = {
  settings: Pick<CleanupSettings, "enabled" | "dailyAtMinute">;
  scheduledFrom: Date;
  lastSlotOn: string | null;
};

/**
 * The UTC day whose run is due at `now`, or null. One run a day: of several missed days only the latest is made up, and
 * a slot before `scheduledFrom` was never promised.
 */
export function dueSlot({ settings, scheduledFrom, lastSlotOn }: Schedule, now: Date): string | null {
  if (!settings.enabled) return null;
  const slot = latestSlot(settings.dailyAtMinute, now);
  if (slot < scheduledFrom) return null;
  const day = dayOf(slot);
  // Days in ISO order are days in time order.
  return lastSlotOn !== null && lastSlotOn >= day ? null : day;
}

/** When the next scheduled run begins: `now` when one is due, null while the cleanup is off. */
export function nextSlotAt(schedule: Schedule, now: Date): Date | null {
  if (!schedule.settings.enabled) return null;
  if (dueSlot(schedule, now) !== null) return now;
  const next = upcomingSlot(schedule.settings.dailyAtMinute, now);
  const ranThatDay = schedule.lastSlotOn !== null && schedule.lastSlotOn >= dayOf(next);
  return ranThatDay ? new Date(next.getTime() + DAY_MS) : next;
}

/** The first moment after `now` at which the clock shows this minute of the UTC day. */
export function upcomingSlot(dailyAtMinute: number, now: Date): Date {
  return new Date(latestSlot(dailyAtMinute, now).getTime() + DAY_MS);
}

/** The last moment, up to and including `now`, at which the clock showed this minute of the UTC day. */
export function latestSlot(dailyAtMinute: number, now: Date): Date {
  const midnight = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  const today = midnight + dailyAtMinute * MINUTE_MS;
  return new Date(today <= now.getTime() ? today : today - DAY_MS);
}

/** "2026-11-22", the UTC day of a moment. */
export function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

/** A running run that did not renew its claim for this long has lost its server. */
export const HEARTBEAT_LIMIT_MS = 60_000;

/** Certificates judged in the first transactions of a run, whose sessions plan everything anew; then as many as take BATCH_MS. */
export const BATCH_SIZE = 50;

/** How long a batch should take, so that nobody waits noticeably for the rows that it holds. Some take twice as long. */
const BATCH_MS = 30;
/** Fewer would spend their time on questions and answers. */
const BATCH_SIZES = { least: 150, most: 2_000 };
/** How much a single batch counts, since chance makes one quick and the next one slow; and after how long it counts whole. */
const WEIGHT = 1 / 3;
const TOO_LONG_MS = 4 * BATCH_MS;

/**
 * How many certificates the next batch takes, where it is `size` now, from how long one of `asked` took, which may have been
 * made up when the size was another.
 */
export function nextBatchSize(size: number, { asked, tookMs }: { asked: number; tookMs: number }): number {
  if (tookMs <= 0) return size;
  const fitting = Math.min((asked * BATCH_MS) / tookMs, asked * 2);
  const next = Math.round(size + (fitting - size) * (tookMs > TOO_LONG_MS ? 1 : WEIGHT));
  return Math.min(Math.max(next, BATCH_SIZES.least), BATCH_SIZES.most);
}

/** How much a run's error text holds: this many certificates by name, the others as a number. */
export const FAILURES_NAMED = 5;

/** Runs that the settings page shows; all of them have a page of their own. */
export const HISTORY_LENGTH = 5;
