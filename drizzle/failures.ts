/** The SQLSTATE of a PostgreSQL error, also when it is the cause of another; null for anything else. */
export function sqlStateOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ("code" in error && typeof error.code === "string" && /^[0-9A-Z]{5}$/.test(error.code)) return error.code;
  return sqlStateOf(error.cause);
}

/** The constraint that a PostgreSQL error names, or null. */
export function constraintOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ("constraint" in error && typeof error.constraint === "string") return error.constraint;
  return constraintOf(error.cause);
}

/** PostgreSQL Appendix A. */
const RESTRICT_VIOLATION = "23001";
export const FOREIGN_KEY_VIOLATION = "23503";
export const UNIQUE_VIOLATION = "23505";
export const CHECK_VIOLATION = "23514";

/** True when a deletion met a row that refers to what it deletes: 23001 since PostgreSQL 18, 23503 before. */
export function isStillReferenced(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === RESTRICT_VIOLATION || state === FOREIGN_KEY_VIOLATION;
}

const UNREACHABLE = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "ETIMEDOUT",
  "EPIPE",
  "EHOSTUNREACH",
  "EAI_AGAIN",
]);

/** What the driver says, without a code, when a session ended under it or none could be made in time. */
const LOST =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/;

/** True when an error, or what caused it, says that the connection to PostgreSQL is lost or cannot be made. */
export function isLostConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // SQLSTATE class 08 is the connection; 57P01, 57P02 and 57P03 are a server that goes down or comes up.
  if (/^(08|57P0[123])/.test(sqlStateOf(error) ?? "")) return true;
  if ("code" in error && typeof error.code === "string" && UNREACHABLE.has(error.code)) return true;
  return LOST.test(error.message) || isLostConnection(error.cause);
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
