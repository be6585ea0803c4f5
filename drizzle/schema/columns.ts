import { sql } from "drizzle-orm";
import { type AnyPgColumn, check, customType, uuid } from "drizzle-orm/pg-core";

/**
 * A moment in UTC with the milliseconds that a JavaScript Date can hold, so that cursors lose nothing. PostgreSQL writes
 * "0001-01-01 00:00:00+00", which `new Date` takes for the year 2001 unless it is made ISO 8601 first.
 */
export const moment = customType<{ data: Date; driverData: string }>({
  dataType: () => "timestamp (3) with time zone",
  fromDriver: (value) => parseMoment(value),
  toDriver: (value) => value.toISOString(),
});

/** Reads a timestamptz as PostgreSQL writes it for a session in UTC; throws for anything else. */
export function parseMoment(value: string): Date {
  const [, date, time] = /^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)\+00$/.exec(value) ?? [];
  if (date === undefined || time === undefined) throw new TypeError("Not a timestamp in UTC");
  return new Date(`${date}T${time}Z`);
}

/** UUID version 7, made by the program: later rows have greater ids. */
export const id = () => uuid().notNull();

/** A check that a text column holds one of the words of a list. */
export function isOneOf(name: string, column: AnyPgColumn, words: readonly string[]) {
  const list = words.map((word) => `'${word}'`).join(", ");
  return check(name, sql`${column} in (${sql.raw(list)})`);
}
