import "server-only";
import { and, eq, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { database } from "@/drizzle/client";
import { bulkDeletionSkips } from "@/drizzle/schema/bulk-deletions";
import { certificates } from "@/drizzle/schema/certificates";
import { removals } from "@/drizzle/schema/removals";
import { idArray } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import { findingsOf, LONG_LOOK, readByIndex } from "@/lib/certificates/findings";
import { statusColumn } from "@/lib/certificates/predicates";
import type { ListFilter } from "@/lib/certificates/schema";
import { matching } from "@/lib/certificates/search";
import { judgedEach, judgedRows } from "@/lib/removal/judged";
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
    isCapped: z.boolean(),
  }),
]);

type Weighing = { filter: ListFilter; isExact: boolean; now: Date };

/** How many certificates match, and what would become of them. Counts no further than a look reaches unless told to be exact. */
export async function weighSelection(scope: Scope, weighing: Weighing): Promise<SelectionView> {
  const [counts] = countsRow.parse(await (weighing.isExact ? weighAll(scope, weighing) : weighSome(scope, weighing)));
  return counts;
}

/** The same for certificates chosen one by one, to the end; those that are not in the inventory count nowhere. */
export async function weighChosen(scope: Scope, ids: string[], now: Date): Promise<SelectionView> {
  const chosen = sql`(select * from ${certificates}
    where ${certificates.accountId} = ${scope.accountId} and ${certificates.id} = any(${idArray(ids)}))`;
  const [counts] = countsRow.parse((await database().execute(weights(judgedEach(chosen, now), sql`false`, now))).rows);
  return counts;
}

async function weighAll(scope: Scope, { filter, now }: Weighing): Promise<unknown[]> {
  const all = sql`(select * from ${certificates} where ${matching(scope, filter, now)})`;
  const judged = judgedRows(scope, all, { now, heedSyncs: true });
  return (await database().execute(weights(judged, sql`false`, now))).rows;
}

async function weighSome(scope: Scope, { filter, now }: Weighing): Promise<unknown[]> {
  const { parts, isPartial } = await findingsOf(scope, filter, { now, reach: LONG_LOOK });
  return readByIndex(sql`with ${parts} ${weights(judgedEach(sql`found`, now), isPartial, now)}`);
}

function weights(judged: SQL, isCapped: SQL, now: Date): SQL {
  const lives = sql`${statusColumn(now)} in ${sql.raw(`(${LIVE_STATUSES.map((status) => `'${status}'`).join(", ")})`)}`;
  return sql`select count(*)::int as total,
      count(*) filter (where blocker is null)::int as removable,
      count(*) filter (where blocker is null and ${lives})::int as live,
      count(*) filter (where blocker = 'still_valid')::int as "stillValid",
      count(*) filter (where blocker = 'deployed')::int as deployed,
      count(*) filter (where blocker = 'synced')::int as synced, ${isCapped} as "isCapped"
    from (${judged}) as ${certificates}`;
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
