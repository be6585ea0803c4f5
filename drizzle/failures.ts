/** The SQLSTATE of a PostgreSQL error, also when it is the cause of another; null for anything else. */
export function sqlStateOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ("code" in error && typeof error.code === "string" && /^[0-9A-Z]{5}$/.test(error.code)) return error.code;
  return sqlStateOf(error.cause);
}

/** The constraint that a PostgreSQL error names, or null. */
export function constraintOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ("constraint_name" in error && typeof error.constraint_name === "string") return error.constraint_name;
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
