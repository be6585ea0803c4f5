import { sql } from "drizzle-orm";
import { type AnyPgColumn, check, customType, uuid } from "drizzle-orm/pg-core";

/** A moment with the milliseconds that a JavaScript Date can hold, so that cursors lose nothing. */
export const moment = customType<{ data: Date; driverData: string }>({
  dataType: () => "timestamp (3) with time zone",
  fromDriver: (value) => parseMoment(value),
  toDriver: (value) => value.toISOString(),
});

const MOMENT =
  /^(?<year>\d{4,6})-(?<day>\d\d-\d\d) (?<time>\d\d:\d\d:\d\d(?:\.\d+)?)(?<sign>[+-])(?<offset>\d\d(?::\d\d){0,2})(?<era> BC)?$/;

/**
 * Reads a timestamptz as PostgreSQL writes it, in whatever zone the session is: "2026-01-01 01:30:00+01:30", and, where
 * clocks still followed the sun, "0001-12-31 19:03:58-04:56:02 BC". Throws a TypeError for anything else, "infinity" too.
 */
export function parseMoment(value: string): Date {
  const { year = "", day, time, sign, offset = "", era } = MOMENT.exec(value)?.groups ?? {};
  // 1 BC is the year 0 of ISO 8601, whose years outside 0 to 9999 have a sign and six digits.
  const isoYear = era === undefined ? `+${year.padStart(6, "0")}` : yearBefore(year);
  const local = Date.parse(`${isoYear}-${day}T${time}Z`);
  if (Number.isNaN(local)) throw new TypeError("Not a timestamp with time zone");
  return new Date(sign === "-" ? local + millisecondsOf(offset) : local - millisecondsOf(offset));
}

function yearBefore(year: string): string {
  const zeroBased = Number(year) - 1;
  return zeroBased === 0 ? "0000" : `-${String(zeroBased).padStart(6, "0")}`;
}

/** An offset of hours, and minutes and seconds where it has them. */
function millisecondsOf(offset: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = offset.split(":").map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

/** UUID version 7, made by the program: later rows have greater ids. */
export const id = () => uuid().notNull();

/** A check that a text column holds one of the words of a list. */
export function isOneOf(name: string, column: AnyPgColumn, words: readonly string[]) {
  const list = words.map((word) => `'${word}'`).join(", ");
  return check(name, sql`${column} in (${sql.raw(list)})`);
}
