/** Where a sync stands: the copy at the destination is wished, there, failing, being taken away, or gone. */
export const SYNC_STATES = ["pending", "active", "failed", "removing", "removed"] as const;
export type SyncState = (typeof SYNC_STATES)[number];

export const SYNC_STATE_LABELS: Record<SyncState, string> = {
  pending: "Pending",
  active: "Active",
  failed: "Failed",
  removing: "Removing",
  removed: "Removed",
};

/** The state after which a destination is known to hold no copy any more. */
export const REMOVED_STATE = "removed" satisfies SyncState;

/** A sync is active while it is enabled and its last push did not end in removal. */
export function isActiveSync(sync: { enabled: boolean; state: SyncState }): boolean {
  return sync.enabled && sync.state !== REMOVED_STATE;
}

/**
 * Something about a sync changes by itself within a minute at `now`, and not only in an hour: it is being worked at, or is
 * next in turn for a push, a removal or a look.
 */
export function isMovingSync(
  sync: {
    enabled: boolean;
    isBusy: boolean;
    state: SyncState;
    error: string | null;
    nextAttemptAt: Date | null;
    nextCheckAt: Date | null;
  },
  now: Date,
): boolean {
  const { enabled, isBusy, state, error, nextAttemptAt, nextCheckAt } = sync;
  if (isBusy) return true;
  if (!enabled) return false;
  if (state === "pending" || state === "removing") return error === null && nextAttemptAt !== null;
  return state === "active" && nextCheckAt !== null && nextCheckAt.getTime() <= now.getTime() + CLOCK_TOLERANCE_MS;
}

/** The destinations of active syncs: the first names, and how many there are. */
export function activeCopies(syncs: readonly { destination: string; enabled: boolean; state: SyncState }[]) {
  const names = syncs.filter(isActiveSync).map(({ destination }) => destination);
  return { names, total: names.length };
}

/** What becomes of the copy when its sync is removed: it goes too, or stays where it is and is no longer looked after. */
export const COPY_ENDS = ["remove", "leave"] as const;
export type CopyEnd = (typeof COPY_ENDS)[number];

/** A destination that has not answered after this long is given up until the next attempt. */
export const ATTEMPT_TIMEOUT_MS = 60_000;
/** Whoever works at a sync has it for this long; then its server is taken for dead. Longer than any attempt. */
export const LEASE_MS = 150_000;
/** How far the clocks of the servers and the database may be apart before a sync waits for the next minute. */
export const CLOCK_TOLERANCE_MS = 10_000;

/** Syncs that one server works at at the same time, and at one destination. */
export const AT_ONCE = 8;
export const AT_ONCE_PER_DESTINATION = 4;

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** The wait after the nth attempt that failed in a row; the last one is for all that follow. */
const RETRY_AFTER_MS = [1, 5, 15, 60, 180, 360].map((minutes) => minutes * MINUTE_MS);
const LONGEST_WAIT_MS = 24 * HOUR_MS;
/** For what does not mend by itself: somebody has to change something there or here, and can then ask at once. */
const SLOW_RETRY_MS = 6 * HOUR_MS;

/** What went wrong, as far as the time of the next attempt is concerned. */
export type Setback = { isSlow: boolean; retryAfterMs: number | null };

/** When a push or removal whose nth attempt failed at `now` is tried again. */
export function retryAt({ isSlow, retryAfterMs }: Setback, attempts: number, now: Date): Date {
  const usual = RETRY_AFTER_MS[Math.min(Math.max(attempts, 1), RETRY_AFTER_MS.length) - 1] ?? SLOW_RETRY_MS;
  const wait = Math.max(isSlow ? SLOW_RETRY_MS : usual, retryAfterMs ?? 0);
  return new Date(now.getTime() + Math.min(wait, LONGEST_WAIT_MS));
}

/** When a copy that was seen at `now` is looked at again: 22 to 24 hours later, by the sync's id, so that they spread. */
export function nextCheckAt(syncId: string, now: Date): Date {
  const share = Number.parseInt(syncId.slice(-4), 16) / 0xffff;
  return new Date(now.getTime() + (22 + 2 * share) * HOUR_MS);
}

/** When a copy that is not as it was pushed is pushed again: at once, unless it was pushed within the last hour. */
export function pushAgainAt(pushedAt: Date | null, now: Date): Date {
  return new Date(Math.max(now.getTime(), (pushedAt?.getTime() ?? 0) + HOUR_MS));
}

/** When a copy that could not be looked at at `now` is looked at again. */
export function checkAgainAt({ retryAfterMs }: Setback, now: Date): Date {
  return new Date(now.getTime() + Math.min(Math.max(HOUR_MS, retryAfterMs ?? 0), LONGEST_WAIT_MS));
}

/** Why a certificate cannot be copied to a destination; null where it can. */
export function copyProblem(facts: { hasPrivateKey: boolean; takesBare: boolean; isKnown: boolean }): string | null {
  if (!facts.isKnown) return "Certsweep knows no more of it than its name.";
  if (facts.hasPrivateKey || facts.takesBare) return null;
  return "It takes certificates with their private key only. Add the private key first.";
}
