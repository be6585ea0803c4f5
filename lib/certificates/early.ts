import "server-only";

/**
 * What was not yet valid when an inventory was last counted, so that it is not read again while nothing has changed:
 * `version` names the figures by day it was counted with, `rows` are its groups as JSON, `until` is the first moment (in
 * milliseconds) at which one of them has another status, null where there is none.
 */
export type Early = { version: string; rows: string; until: number | null };

/** So many counts are remembered by a server; beyond that the one that was not asked for longest is forgotten. */
const MOST = 1_000;

const known = new Map<string, Early & { takenAt: number }>();

/** Null where nothing is known that can still be true at `now`; whether the version is still the same, the database says. */
export function recallEarly(key: string, now: Date): Early | null {
  const found = known.get(key);
  if (found === undefined || now.getTime() < found.takenAt || now.getTime() >= (found.until ?? Infinity)) return null;
  return found;
}

export function rememberEarly(key: string, early: Early, now: Date): void {
  known.delete(key);
  known.set(key, { ...early, takenAt: now.getTime() });
  const [oldest] = known.keys();
  if (known.size > MOST && oldest !== undefined) known.delete(oldest);
}
