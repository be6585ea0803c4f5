import { sql } from "drizzle-orm";
import { type AnyPgColumn, check, timestamp, uuid } from "drizzle-orm/pg-core";

/** A moment in UTC with the milliseconds that a JavaScript Date can hold, so that cursors lose nothing. */
export const moment = () => timestamp({ withTimezone: true, precision: 3, mode: "date" });

/** UUID version 7, made by the program: later rows have greater ids. */
export const id = () => uuid().notNull();

/** A check that a text column holds one of the words of a list. */
export function isOneOf(name: string, column: AnyPgColumn, words: readonly string[]) {
  const list = words.map((word) => `'${word}'`).join(", ");
  return check(name, sql`${column} in (${sql.raw(list)})`);
}
