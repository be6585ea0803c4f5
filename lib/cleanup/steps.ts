import "server-only";
import { and, eq, sql } from "drizzle-orm";
import { database, type Transaction } from "@/drizzle/client";
import { rowFaultOf } from "@/drizzle/failures";
import { waitBriefly } from "@/drizzle/patience";
import { cleanupRuns } from "@/drizzle/schema/cleanup";
import type { Scope } from "@/lib/auth/scope";
import { type BatchOutcome, pageRemover, removeOneByOne } from "@/lib/cleanup/batch";
import { idsOf, type Page } from "@/lib/cleanup/pages";
import { isRunning, isToStop } from "@/lib/cleanup/predicates";
import type { Claim } from "@/lib/cleanup/schedule";
import { alongside } from "@/lib/cleanup/turns";

type Ending = "claim_lost" | "stopped";
export type Step = Ending | BatchOutcome;

/**
 * How a run takes the steps that its lanes ask for: a page all at once, beside those of other lanes; what the database
 * refuses or somebody is changing is asked for again, one by one. That may take long and holds the run's row, so it is
 * done with no other step beside it.
 */
export function stepTaker(scope: Scope, claim: Claim): (page: Page, now: Date) => Promise<Step> {
  const remove = pageRemover(scope, claim);
  const { shared, alone } = alongside();
  const tryAtOnce = async (page: Page, now: Date) => {
    try {
      return (await remove(page, now)) ?? "stays";
    } catch (error) {
      if (rowFaultOf(error) === null) throw error;
      return "refused";
    }
  };
  return async (page, now) => {
    const tried = await shared(() => tryAtOnce(page, now));
    if (tried === "stays") return endingOf(scope, claim);
    const unsettled = tried === "refused" ? idsOf(page) : tried.unsettled;
    const atOnce = tried === "refused" ? NOTHING : { ...tried, failures: [] };
    if (unsettled.length === 0) return atOnce;
    const step = await alone(() =>
      database().transaction((tx) => removeUnderClaim(tx, scope, { claim, ids: unsettled, now })),
    );
    return step === "claim_lost" || step === "stopped" ? step : sumOf(atOnce, step);
  };
}

const NOTHING: BatchOutcome = { removed: 0, skippedDeployed: 0, skippedSynced: 0, failures: [] };

function sumOf(one: BatchOutcome, other: BatchOutcome): BatchOutcome {
  return {
    removed: one.removed + other.removed,
    skippedDeployed: one.skippedDeployed + other.skippedDeployed,
    skippedSynced: one.skippedSynced + other.skippedSynced,
    failures: [...one.failures, ...other.failures],
  };
}

/** Why a batch did nothing. */
async function endingOf(scope: Scope, claim: Claim): Promise<Ending> {
  const [running] = await database()
    .select({ id: cleanupRuns.id })
    .from(cleanupRuns)
    .where(and(ofRun(scope, claim), isRunning));
  return running === undefined ? "claim_lost" : "stopped";
}

/** The run's row stays locked until the batch commits, so nobody can end the run in the middle. */
async function removeUnderClaim(
  tx: Transaction,
  scope: Scope,
  batch: { claim: Claim; ids: string[]; now: Date },
): Promise<Step> {
  await waitBriefly(tx);
  const [held] = await tx
    .update(cleanupRuns)
    .set({ heartbeatAt: batch.now })
    .where(and(ofRun(scope, batch.claim), isRunning))
    .returning({ isToStop });
  if (held === undefined) return "claim_lost";
  if (held.isToStop) return "stopped";
  const outcome = await removeOneByOne(tx, scope, batch);
  await tx
    .update(cleanupRuns)
    .set({
      removed: sql`${cleanupRuns.removed} + ${outcome.removed}`,
      skippedDeployed: sql`${cleanupRuns.skippedDeployed} + ${outcome.skippedDeployed}`,
      skippedSynced: sql`${cleanupRuns.skippedSynced} + ${outcome.skippedSynced}`,
      failed: sql`${cleanupRuns.failed} + ${outcome.failures.length}`,
    })
    .where(ofRun(scope, batch.claim));
  return outcome;
}

function ofRun(scope: Scope, claim: Claim) {
  return and(eq(cleanupRuns.accountId, scope.accountId), eq(cleanupRuns.id, claim.runId));
}
