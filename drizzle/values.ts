import { type Placeholder, type SQL, sql } from "drizzle-orm";

/** A moment, or the name of one in a statement that is made before it has come: its value is the ISO text. */
export type Moment = Date | Placeholder;

/** A moment as a parameter of raw SQL: the driver takes only text there. */
export function at(moment: Moment): SQL {
  return sql`${moment instanceof Date ? moment.toISOString() : moment}::timestamptz`;
}

/** Ids as one array parameter, so that a statement has the same text for any number of them. */
export function idArray(ids: readonly string[]): SQL {
  return sql`${`{${ids.join(",")}}`}::uuid[]`;
}

/**
 * Keeps the table names of a correlated subquery that is selected as a field: drizzle drops those of a field's own
 * columns when a query has one table only, which would compare the inner table with itself.
 */
export function correlated<T>(subquery: SQL): SQL<T> {
  return sql<T>`${subquery}`;
}
