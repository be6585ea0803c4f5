import "server-only";
import { and, eq, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { cleanupRuns } from "@/drizzle/schema/cleanup";
import { idArray } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import { idsOf, type Page } from "@/lib/cleanup/pages";
import { isRunning, isToStop } from "@/lib/cleanup/predicates";
import type { Claim } from "@/lib/cleanup/schedule";
import { goesEach, longExpired, synced } from "@/lib/removal/predicates";
import { removeCopiesOf } from "@/lib/syncs/before-cleanup";

const HEARTBEAT_MS = 10_000;

type Options = { clock: () => Date; signal: AbortSignal };

/**
 * How a run that was told so removes the copies of those of a page's certificates that nothing but their syncs
 * keeps, before it comes to remove these; answers whether there were any. A copy that cannot be removed keeps its sync
 * active, and so its certificate. Does nothing for other runs. A destination that is unwell is left alone for the rest of the run.
 */
export function copyRemover(scope: Scope, claim: Claim, { clock, signal }: Options): (page: Page) => Promise<boolean> {
  const unwell = new Set<string>();
  const goesOn = async () => {
    const beats = await database()
      .update(cleanupRuns)
      .set({ heartbeatAt: clock() })
      .where(
        and(
          eq(cleanupRuns.accountId, scope.accountId),
          eq(cleanupRuns.id, claim.runId),
          isRunning,
          sql`not ${isToStop}`,
        ),
      )
      .returning({ id: cleanupRuns.id });
    return !signal.aborted && beats.length > 0;
  };
  return async (page) => {
    if (!claim.removesCopies) return false;
    const ids = idsOf(page);
    if (ids.length === 0) return false;
    const kept = await keptByCopiesAlone(scope, claim, { ids, now: clock() });
    if (kept.length === 0) return false;
    const beat = setInterval(() => void goesOn().catch(() => {}), HEARTBEAT_MS);
    try {
      await removeCopiesOf(scope, { certificateIds: kept, unwell, goesOn, clock, signal });
      return true;
    } finally {
      clearInterval(beat);
    }
  };
}

async function keptByCopiesAlone(
  scope: Scope,
  claim: Claim,
  { ids, now }: { ids: readonly string[]; now: Date },
): Promise<string[]> {
  const rows = await database()
    .select({ id: certificates.id })
    .from(certificates)
    .where(
      and(
        eq(certificates.accountId, scope.accountId),
        sql`${certificates.id} = any(${idArray(ids)})`,
        longExpired(claim.cutoff),
        goesEach(now, false),
        synced,
      ),
    );
  return rows.map(({ id }) => id);
}
