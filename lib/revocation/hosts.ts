import "server-only";

/** After so many failures in a row a host is left alone for a while, so that its certificates do not hold up the others. */
const FAILURES = 3;
const SPARED_MS = 5 * 60_000;
const HOSTS_REMEMBERED = 1_000;

type Standing = { failures: number; problem: string; until: number };

/** Of this process. Hosts that answer are not among them. */
const hosts = new Map<string, Standing>();

/** Why a host is not asked now, as a sentence; null when it may be. */
export function isSpared(host: string, now: Date): string | null {
  const standing = hosts.get(host);
  if (standing === undefined || standing.failures < FAILURES || standing.until < now.getTime()) return null;
  return `${standing.problem} It is asked again in a few minutes.`;
}

/** Notes whether a host answered: `problem` is null when it did, whatever it said. */
export function noteHost(host: string, { problem, now }: { problem: string | null; now: Date }): void {
  const before = hosts.get(host);
  hosts.delete(host);
  if (problem === null) return;
  const [oldest] = hosts.keys();
  if (hosts.size >= HOSTS_REMEMBERED && oldest !== undefined) hosts.delete(oldest);
  hosts.set(host, { failures: (before?.failures ?? 0) + 1, problem, until: now.getTime() + SPARED_MS });
}
