import type { RunStatus } from "@/lib/cleanup/rules";

/** What webhooks are told of; "test" only when somebody asks for it. */
export const EVENTS = ["cleanup.failed", "cleanup.held", "cleanup.interrupted", "test"] as const;
export type NotificationEvent = (typeof EVENTS)[number];
export type RunEvent = Exclude<NotificationEvent, "test">;

export const EVENT_LABELS: Record<NotificationEvent, string> = {
  "cleanup.failed": "Cleanup run failed",
  "cleanup.held": "Cleanup run held",
  "cleanup.interrupted": "Cleanup run interrupted",
  test: "Test",
};

/** What a run that came to this is announced as; null where nobody has to know at once. */
export function eventOf(status: RunStatus): RunEvent | null {
  switch (status) {
    case "failed":
      return "cleanup.failed";
    case "held":
      return "cleanup.held";
    case "interrupted":
      return "cleanup.interrupted";
    case "running":
    case "succeeded":
    case "succeeded_with_errors":
    case "stopped":
      return null;
  }
}

export const DELIVERY_STATUSES = ["pending", "delivered", "failed"] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

export const DELIVERY_STATUS_LABELS: Record<DeliveryStatus, string> = {
  pending: "Pending",
  delivered: "Delivered",
  failed: "Failed",
};

export const WEBHOOKS_MAX = 10;
export const URL_LIMIT = 2_000;

/** The wait after each failed attempt but the last, in seconds: eight attempts within three hours and 43 minutes. */
const RETRY_AFTER_SECONDS = [10, 30, 120, 600, 1_800, 3_600, 7_200] as const;
export const ATTEMPTS_MAX = RETRY_AFTER_SECONDS.length + 1;

/** How often a delivery is tried. A test is for somebody who is looking: it is tried once. */
export function attemptsFor(event: NotificationEvent): number {
  return event === "test" ? 1 : ATTEMPTS_MAX;
}

/** When to try again after an attempt failed at `now`; null when none of the attempts is left. */
export function retryAt(attemptsLeft: number, now: Date): Date | null {
  if (attemptsLeft <= 0) return null;
  const seconds = RETRY_AFTER_SECONDS[RETRY_AFTER_SECONDS.length - attemptsLeft] ?? RETRY_AFTER_SECONDS[0];
  return new Date(now.getTime() + seconds * 1_000);
}

/** An attempt ends after this long, however far it is. */
export const ATTEMPT_TIMEOUT_MS = 10_000;
/** A delivery that is being tried belongs to its worker for this long; then its server is taken for dead. */
export const LEASE_MS = 60_000;
/** How far the clocks of the servers and the database may be apart before a delivery waits for the next tick. */
export const CLOCK_TOLERANCE_MS = 10_000;

/** The log forgets deliveries that are older. */
export const LOG_DAYS = 90;
export const LOG_PAGE_SIZE = 20;
/** How many attempts of one delivery the log shows, the latest ones. */
export const ATTEMPTS_SHOWN = 16;

/** Why a receiver's answer was no success; null for 200 to 299. */
export function answerProblem(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400)
    return `It answered ${status}. Redirects are not followed: enter the final address.`;
  return `It answered ${status}.`;
}
