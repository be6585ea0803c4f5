import { sqlStateOf } from "@/drizzle/failures";
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

/**
 * SQLSTATE classes that say something about the server, not about a row: connection (08), transaction (25), rights to
 * enter (28), no such database (3D), no room (53), operator (57), system (58), configuration (F0), internal (XX).
 */
const OF_THE_SERVER = /^(08|25|28|3D|53|57|58|F0|XX)/;

/** Why PostgreSQL refused a statement because of the rows in it; null when the rows are not to blame. */
export function rowFaultOf(error: unknown): string | null {
  const state = sqlStateOf(error);
  return state === null || OF_THE_SERVER.test(state) ? null : reasonOf(error);
}

const REASON_LIMIT = 300;

/** PostgreSQL's own words for an error, without the statement and its values; null when it was not PostgreSQL's. */
export function reasonOf(error: unknown): string | null {
  if (!(error instanceof Error) || sqlStateOf(error) === null) return null;
  return "code" in error ? error.message.slice(0, REASON_LIMIT) : reasonOf(error.cause);
}
