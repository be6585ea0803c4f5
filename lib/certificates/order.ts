import { asc, desc, type SQL, sql } from "drizzle-orm";
import { certificates } from "@/drizzle/schema/certificates";
import { cursorOf } from "@/lib/certificates/address";
import type { ListQuery } from "@/lib/certificates/schema";

const lowerName = sql`lower(${certificates.name}) collate "C"`;

/**
 * What a sort goes by, and how a cursor says it: a moment in UTC, whatever the session's zone. "added" needs nothing but
 * the id, since ids grow with time.
 */
const SORT_VALUES: Record<"expiry" | "name" | "added", { value: SQL; text: SQL<string>; type: SQL }> = {
  expiry: {
    value: sql`${certificates.notAfter}`,
    text: sql<string>`to_char(${certificates.notAfter} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS"+00"')`,
    type: sql`timestamptz`,
  },
  name: { value: lowerName, text: sql<string>`${lowerName}`, type: sql`text` },
  added: { value: sql`${certificates.id}`, text: sql<string>`${certificates.id}::text`, type: sql`uuid` },
};

/** A cursor's sort value, what lies beyond the cursor, and the columns to sort by. */
export type Order = {
  text: SQL<string>;
  beyond: SQL | undefined;
  by: SQL[];
  backwards: boolean;
  isByExpiry: boolean;
};

/** The order, and the condition that leaves out what does not lie beyond the cursor. */
export function orderOf(query: ListQuery, backwards = query.before !== undefined): Order {
  const descending = query.sort.startsWith("-");
  const key =
    query.sort === "name" || query.sort === "-name" ? "name" : query.sort.endsWith("added") ? "added" : "expiry";
  const { value, text, type } = SORT_VALUES[key];
  const cursor = cursorOf(query.before ?? query.after ?? "");
  const rising = descending === backwards;
  const direction = rising ? asc : desc;
  const by = key === "added" ? [direction(certificates.id)] : [direction(value), direction(certificates.id)];
  const order = { text, by, backwards, isByExpiry: key === "expiry" };
  if (cursor === null) return { ...order, beyond: undefined };
  const [sortValue, id] = cursor;
  const sign = rising ? sql`>` : sql`<`;
  const beyond =
    key === "added"
      ? sql`${certificates.id} ${sign} ${id}::uuid`
      : sql`(${value}, ${certificates.id}) ${sign} (${sortValue}::${type}, ${id}::uuid)`;
  return { ...order, beyond };
}
