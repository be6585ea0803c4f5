import { DAY_MS } from "@/lib/certificates/rules";

export const RETENTION_DAYS_MIN = 1;
export const RETENTION_DAYS_MAX = 30;

export type CleanupSettings = {
  enabled: boolean;
  /** Whole days of 24 hours after notAfter. */
  retentionDays: number;
  skipSynced: boolean;
  /** Minute of the UTC day, 0 to 1439. */
  dailyAtMinute: number;
};

export const CLEANUP_DEFAULTS: CleanupSettings = {
  enabled: false,
  retentionDays: 30,
  skipSynced: true,
  dailyAtMinute: 120,
};

export const RUN_STATUSES = [
  "running",
  "succeeded",
  "succeeded_with_errors",
  "failed",
  "stopped",
  "interrupted",
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const RUN_STATUS_LABELS: Record<RunStatus, string> = {
  running: "Running",
  succeeded: "Succeeded",
  succeeded_with_errors: "Succeeded with errors",
  failed: "Failed",
  stopped: "Stopped",
  interrupted: "Interrupted",
};

export const RUN_TRIGGERS = ["schedule", "person"] as const;
export type RunTrigger = (typeof RUN_TRIGGERS)[number];

/** A certificate is old enough when notAfter lies strictly before this moment: 29.999 days are not 30. */
export function cutoffOf(retentionDays: number, now: Date): Date {
  return new Date(now.getTime() - retentionDays * DAY_MS);
}
