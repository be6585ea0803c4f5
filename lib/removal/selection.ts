import "server-only";
import { and, eq, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { database } from "@/drizzle/client";
import { bulkDeletionSkips } from "@/drizzle/schema/bulk-deletions";
import { certificates } from "@/drizzle/schema/certificates";
import { removals } from "@/drizzle/schema/removals";
import { idArray } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import { statusColumn } from "@/lib/certificates/predicates";
import { COUNT_CAP } from "@/lib/certificates/rules";
import type { ListFilter } from "@/lib/certificates/schema";
import { matching } from "@/lib/certificates/search";
import { deployed, stillValid, synced } from "@/lib/removal/predicates";
import { LIVE_STATUSES } from "@/lib/removal/rules";
import type { Selection, SelectionView } from "@/lib/removal/schema";

const countsRow = z.tuple([
  z.object({
    total: z.number(),
    removable: z.number(),
    live: z.number(),
    stillValid: z.number(),
    deployed: z.number(),
    synced: z.number(),
  }),
]);

/** How many certificates match, and what would become of them. Counts no further than COUNT_CAP unless told to be exact. */
export async function weighSelection(
  scope: Scope,
  { filter, isExact, now }: { filter: ListFilter; isExact: boolean; now: Date },
): Promise<SelectionView> {
  const lives = sql`${statusColumn(now)} in ${sql.raw(`(${LIVE_STATUSES.map((status) => `'${status}'`).join(", ")})`)}`;
  const { rows } = await database().execute(sql`
    select count(*)::int as total,
      count(*) filter (where blocker is null)::int as removable,
      count(*) filter (where blocker is null and lives)::int as live,
      count(*) filter (where blocker = 'still_valid')::int as "stillValid",
      count(*) filter (where blocker = 'deployed')::int as deployed,
      count(*) filter (where blocker = 'synced')::int as synced
    from (
      select case when ${stillValid(now)} then 'still_valid' when ${deployed} then 'deployed' when ${synced} then 'synced' end
        as blocker, ${lives} as lives
      from ${certificates} where ${matching(scope, filter, now)}
      ${isExact ? sql`` : sql`limit ${COUNT_CAP + 1}`}) as judged`);
  const [counts] = countsRow.parse(rows);
  return { ...counts, isCapped: !isExact && counts.total > COUNT_CAP };
}

/** The ids of what was selected, as a query: certificates that are there, and chosen ones that went in the meantime. */
export function selectedIds(scope: Scope, selection: Selection, now: Date): SQL {
  if (selection.kind === "filter")
    return sql`select ${certificates.id} as id from ${certificates} where ${matching(scope, selection.filter, now)}`;
  const chosen = (table: typeof certificates | typeof removals) =>
    sql`select ${table.id} as id from ${table}
      where ${table.accountId} = ${scope.accountId} and ${table.id} = any(${idArray(selection.ids)})`;
  return sql`${chosen(certificates)} union ${chosen(removals)}`;
}

/** The ids of what a bulk deletion could not remove because of an error, as a query. */
export function failedIds(scope: Scope, bulkDeletionId: string): SQL {
  return sql`select ${bulkDeletionSkips.certificateId} as id from ${bulkDeletionSkips}
    where ${and(
      eq(bulkDeletionSkips.accountId, scope.accountId),
      eq(bulkDeletionSkips.bulkDeletionId, bulkDeletionId),
      eq(bulkDeletionSkips.reason, "failed"),
    )}`;
}
