import { FAILURES_NAMED } from "@/lib/cleanup/rules";

/** A certificate that the database refused to delete, and its words for why. */
export type Failure = { name: string; reason: string };

/** What a run could not remove: the first few by name, all of them as a number, so that memory stays constant. */
export type Failures = { count: number; named: Failure[] };

export function noFailures(): Failures {
  return { count: 0, named: [] };
}

export function addFailures(failures: Failures, more: readonly Failure[]): void {
  failures.count += more.length;
  failures.named.push(...more.slice(0, Math.max(0, FAILURES_NAMED - failures.named.length)));
}

/** One line a certificate and "and N more"; null when nothing failed. */
export function describeFailures({ count, named }: Failures): string | null {
  if (count === 0) return null;
  const lines = named.map(({ name, reason }) => `${name}: ${reason}`);
  const more = count - named.length;
  return [...lines, ...(more > 0 ? [`and ${more.toLocaleString("en")} more`] : [])].join("\n");
}
