import "server-only";
import { type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Stretch } from "@/lib/paging/rules";

/** What lies beyond the place of a stretch in a list by ids that rise or fall; everything without a place. */
export function beyondId(
  column: PgColumn,
  { from, towards }: Stretch<string>,
  order: "rising" | "falling",
): SQL | undefined {
  if (from === null) return undefined;
  const isRising = (order === "rising") === (towards === "end");
  return sql`${column} ${isRising ? sql`>` : sql`<`} ${from}::uuid`;
}
