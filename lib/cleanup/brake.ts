import "server-only";
import { and, eq, not, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { database, type Executor } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import type { Scope } from "@/lib/auth/scope";
import { BRAKE_FREE, BRAKE_PERCENT_MAX, isHeld, shareText, type Weight } from "@/lib/cleanup/rules";
import { longExpired, mayGo } from "@/lib/removal/predicates";

type Load = { cutoff: Date; skipSynced: boolean; brakePercent: number; at: Date };

/** The weight of a run that the brake must hold, null for one that may begin. Reads one snapshot and cannot write. */
export function weigh(scope: Scope, load: Load): Promise<Weight | null> {
  return database().transaction((tx) => weighIn(tx, scope, load), {
    accessMode: "read only",
    isolationLevel: "repeatable read",
  });
}

/** As `weigh`, in the caller's snapshot. The exact figures are counted only where the old ones alone would be too many. */
export async function weighIn(executor: Executor, scope: Scope, load: Load): Promise<Weight | null> {
  const { cutoff, skipSynced, brakePercent, at } = load;
  if (brakePercent >= BRAKE_PERCENT_MAX) return null;
  const old = longExpired(cutoff);
  const candidates = await count(executor, scope, old);
  if (candidates <= BRAKE_FREE) return null;
  // So many others make the candidates, and what may go of them, a small enough share: no need to count further.
  const enough = Math.ceil((candidates * (100 - brakePercent)) / brakePercent);
  const others = await count(executor, scope, not(old), enough);
  if (others >= enough) return null;
  const weight = {
    removable: await count(executor, scope, and(old, mayGo(at, skipSynced))),
    inventory: candidates + others,
  };
  return isHeld(weight, brakePercent) ? weight : null;
}

const countRow = z.tuple([z.object({ count: z.number() })]);

async function count(executor: Executor, scope: Scope, condition: SQL | undefined, limit?: number): Promise<number> {
  const { rows } = await executor.execute(sql`select count(*)::int as count from (
    select 1 from ${certificates} where ${and(eq(certificates.accountId, scope.accountId), condition)}
    ${limit === undefined ? sql`` : sql`limit ${limit}`}) as counted`);
  return countRow.parse(rows)[0].count;
}

/** Why a run was held and what can be done, for people. */
export function heldSentence(weight: Weight, brakePercent: number): string {
  const { removable, inventory } = weight;
  return `It would have removed ${removable.toLocaleString("en")} of ${inventory.toLocaleString("en")} certificates (${shareText(weight)}), more than the ${brakePercent} % that a run may remove by itself. Nothing was removed. Look at the preview, then approve this run, or change the settings.`;
}
