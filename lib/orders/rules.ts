import type { Challenge } from "@/lib/issuers/rules";

/** Why a certificate is ordered: as a new one, or in the place of one that is there. */
export const ORDER_KINDS = ["issue", "renew"] as const;
export type OrderKind = (typeof ORDER_KINDS)[number];

export const ORDER_STATES = [
  "queued",
  "waiting_for_dns",
  "validating",
  "finalizing",
  "issued",
  "failed",
  "canceled",
] as const;
export type OrderState = (typeof ORDER_STATES)[number];

export const ORDER_STATE_LABELS: Record<OrderState, string> = {
  queued: "Queued",
  waiting_for_dns: "Waiting for DNS",
  validating: "Validating",
  finalizing: "Finalizing",
  issued: "Issued",
  failed: "Failed",
  canceled: "Canceled",
};

/** States in which nothing more happens by itself. */
export const ENDED_STATES = ["issued", "failed", "canceled"] as const satisfies OrderState[];

/** How many names a certificate may have: as many as Let's Encrypt allows. */
export const NAMES_MAX = 100;

/** Which orders a list shows; canceled ones stand with those that failed. */
export const ORDER_SHOWINGS = ["all", "open", "issued", "failed"] as const;
export type OrderShowing = (typeof ORDER_SHOWINGS)[number];
/** Whoever works at an order has it for this long; then its server is taken for dead. Longer than any attempt. */
export const LEASE_MS = 180_000;
/** An attempt that has not come to an end after this long is broken off and goes on later. */
export const ATTEMPT_TIMEOUT_MS = 90_000;
/** How far the clocks of the servers and the database may be apart before an order waits for the next minute. */
export const CLOCK_TOLERANCE_MS = 10_000;
/** Orders that one server works at at the same time. */
export const AT_ONCE = 4;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The wait after the nth attempt that failed in a row; the last one is for all that follow. */
const RETRY_AFTER_MS = [1, 5, 15, 60, 180, 360].map((minutes) => minutes * MINUTE_MS);
const THROTTLED_MS = HOUR_MS;
const LONGEST_WAIT_MS = 7 * 24 * HOUR_MS;

/** An order whose CA did not answer in so many attempts, about three days, is given up. */
export const ATTEMPTS_MAX = 16;

/** What went wrong, as far as the time of the next attempt is concerned. */
export type Setback = { isThrottled: boolean; retryAfterMs: number | null };

/** When an order whose nth attempt failed at `now` goes on. */
export function retryAt({ isThrottled, retryAfterMs }: Setback, attempts: number, now: Date): Date {
  const usual = RETRY_AFTER_MS[Math.min(Math.max(attempts, 1), RETRY_AFTER_MS.length) - 1] ?? HOUR_MS;
  const wait = Math.max(isThrottled && retryAfterMs === null ? THROTTLED_MS : usual, retryAfterMs ?? 0);
  return new Date(now.getTime() + Math.min(wait, LONGEST_WAIT_MS));
}

/** When an order that only waits for its CA is looked at again. */
export function lookAgainAt(now: Date): Date {
  return new Date(now.getTime() + MINUTE_MS / 2);
}

type Validity = { notBefore: Date; notAfter: Date };

/** Two thirds of a validity, when certificates are renewed by themselves. */
export function renewalTimeOf({ notBefore, notAfter }: Validity): Date {
  return new Date(notBefore.getTime() + ((notAfter.getTime() - notBefore.getTime()) * 2) / 3);
}

/** The middle of a validity, from when on a CA is asked when to renew (RFC 9773). */
export function middleOf({ notBefore, notAfter }: Validity): Date {
  return new Date((notBefore.getTime() + notAfter.getTime()) / 2);
}

/** The wait after the nth renewal that failed by itself. A CA counts failed validations by the hour. */
const RENEW_AGAIN_MS = [1, 6, 24].map((hours) => hours * HOUR_MS);

/** When a renewal that failed for the nth time is tried again by itself: sooner where little is left of the certificate. */
export function renewAgainAt(failures: number, notAfter: Date, now: Date): Date {
  const usual = RENEW_AGAIN_MS[Math.min(Math.max(failures, 1), RENEW_AGAIN_MS.length) - 1] ?? 24 * HOUR_MS;
  const left = Math.max(notAfter.getTime() - now.getTime(), 0);
  return new Date(now.getTime() + Math.min(usual, Math.max(left / 10, 10 * MINUTE_MS)));
}

/** Why the names of an order cannot be shown to an ACME server by a challenge; null where they can. */
export function challengeProblem(names: readonly { kind: "dns" | "ip"; value: string }[], challenge: Challenge) {
  const wildcard = names.find(({ value }) => value.startsWith("*."));
  if (wildcard !== undefined && challenge === "http-01")
    return `${wildcard.value} is a wildcard, which only dns-01 can prove. Choose dns-01.`;
  const address = names.find(({ kind }) => kind === "ip");
  if (address !== undefined && challenge === "dns-01")
    return `${address.value} is an IP address, which dns-01 cannot prove. Choose http-01.`;
  return null;
}

/** How often a CA is asked when to renew: as it says, at least once a day, and at most once an hour (RFC 9773 §4.3). */
export function askAgainAt(retryAfterMs: number | null, now: Date): Date {
  const wait = Math.min(Math.max(retryAfterMs ?? 6 * HOUR_MS, HOUR_MS), 24 * HOUR_MS);
  return new Date(now.getTime() + wait);
}

/** A moment in the window that a CA suggests, so that not all of its clients come at once; at once where it has passed. */
export function timeInWindow({ start, end }: { start: Date; end: Date }, share: number, now: Date): Date {
  const chosen = start.getTime() + (end.getTime() - start.getTime()) * share;
  return new Date(Math.max(Math.round(chosen), now.getTime()));
}
