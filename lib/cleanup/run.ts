import "server-only";
import { and, eq, sql } from "drizzle-orm";
import { database, type Transaction } from "@/drizzle/client";
import { isLostConnection, reasonOf, rowFaultOf } from "@/drizzle/failures";
import { waitBriefly } from "@/drizzle/patience";
import { cleanupRuns } from "@/drizzle/schema/cleanup";
import type { Scope } from "@/lib/auth/scope";
import { type BatchOutcome, type PageRemover, pageRemover, removeOneByOne } from "@/lib/cleanup/batch";
import { heldSentence, weigh } from "@/lib/cleanup/brake";
import { copyRemover } from "@/lib/cleanup/copies";
import { addFailures, describeFailures, type Failures, noFailures } from "@/lib/cleanup/failures";
import { type RunPage, readPages } from "@/lib/cleanup/pages";
import { isRunning, isToStop } from "@/lib/cleanup/predicates";
import { BATCH_SIZE, nextBatchSize, type RunStatus } from "@/lib/cleanup/rules";
import type { Claim } from "@/lib/cleanup/schedule";
import { checkBeforeDeletion } from "@/lib/deployments/checks";
import { log } from "@/lib/log";
import { announceRun } from "@/lib/notifications/commands";
import { eventOf } from "@/lib/notifications/rules";

const CONNECTION_LOST =
  "The connection to the database was lost. What had been removed stays removed; the next run does the rest.";

const SERVER_STOPPED =
  "The server was stopped before the run had ended. What had been removed stays removed; the next run does the rest.";

type Ended = Exclude<RunStatus, "running" | "held">;

/** How a run is carried out: the clock is read once a batch; `signal` aborts when the server stops. */
export type RunOptions = { clock: () => Date; signal: AbortSignal };

/**
 * Carries out a claimed run, batch after batch, and answers how it ended; "claim_lost" when somebody else has ended it
 * meanwhile. Each batch is one transaction that removes, records and counts, or does none of it. A run that would take
 * more than the brake allows removes nothing and is "held", unless a person has approved it.
 */
export async function carryOut(
  scope: Scope,
  claim: Claim,
  options: RunOptions,
): Promise<Ended | "held" | "claim_lost"> {
  const failures = noFailures();
  try {
    if (!claim.isApproved) {
      // What is synced may go when its copies do.
      const skipSynced = claim.skipSynced && !claim.removesCopies;
      const weight = await weigh(scope, { ...claim, skipSynced, at: claim.claimedAt });
      if (weight !== null) return await hold(scope, claim, { ...weight, now: options.clock() });
    }
    const status = await removeAll(scope, claim, { ...options, failures });
    if (status === "claim_lost") return status;
    const error = joinLines([status === "interrupted" ? SERVER_STOPPED : null, describeFailures(failures)]);
    return await finish(scope, claim, { status, error, now: options.clock() });
  } catch (error) {
    return endBadly(scope, claim, { error, failures, now: options.clock() });
  }
}

async function removeAll(
  scope: Scope,
  claim: Claim,
  { clock, signal, failures }: RunOptions & { failures: Failures },
): Promise<Ended | "claim_lost"> {
  const removeCopies = copyRemover(scope, claim, { clock, signal });
  const remove = pageRemover(scope, claim);
  const nextPage = readPages(scope, claim);
  let size = BATCH_SIZE;
  for (let begun: Date | null = null; ; ) {
    const page = await nextPage(size);
    if (signal.aborted) return "interrupted";
    const now = clock();
    if (begun !== null) size = nextBatchSize(size, now.getTime() - begun.getTime());
    if (page.haveEndpoints) await checkEndpoints(scope, claim, { page, clock, signal });
    const freed = await removeCopies(idsOf(page));
    begun = page.haveEndpoints || freed ? clock() : now;
    const batch = { claim, remove, page: { ...page, haveSyncs: page.haveSyncs || freed }, now: begun };
    const step = await takeStep(scope, batch);
    if (step === "claim_lost" || step === "stopped") return step;
    // Only now, since a batch that was rolled back had no failures either.
    addFailures(failures, step.failures);
    if (page.isLast) return failures.count > 0 ? "succeeded_with_errors" : "succeeded";
  }
}

/** Looks at the endpoints of a page's certificates, as long as the run is running and nobody wants it to stop. */
async function checkEndpoints(scope: Scope, claim: Claim, { page, clock, signal }: RunOptions & { page: RunPage }) {
  const goesOn = async () => {
    const beats = await database()
      .update(cleanupRuns)
      .set({ heartbeatAt: clock() })
      .where(and(ofRun(scope, claim), isRunning, sql`not ${isToStop}`))
      .returning({ id: cleanupRuns.id });
    return !signal.aborted && beats.length > 0;
  };
  await checkBeforeDeletion(scope, { ids: idsOf(page), now: clock(), goesOn });
}

type Ending = "claim_lost" | "stopped";
type Step = Ending | BatchOutcome;

type Batch = { claim: Claim; remove: PageRemover; page: RunPage; now: Date };

/** One batch: all at once; what the database refuses or somebody is changing is asked for again, one by one. */
async function takeStep(scope: Scope, batch: Batch): Promise<Step> {
  const { claim, page, now } = batch;
  const tried = await tryAtOnce(batch);
  if (tried === "stays") return endingOf(scope, claim);
  const unsettled = tried === "refused" ? idsOf(page) : tried.unsettled;
  const atOnce = tried === "refused" ? NOTHING : { ...tried, failures: [] };
  if (unsettled.length === 0) return atOnce;
  const step = await database().transaction((tx) => removeUnderClaim(tx, scope, { claim, ids: unsettled, now }));
  return step === "claim_lost" || step === "stopped" ? step : sumOf(atOnce, step);
}

/** The ids in the text of an array, which needs no quotes for them. */
function idsOf({ ids }: RunPage): string[] {
  return ids
    .slice(1, -1)
    .split(",")
    .filter((id) => id !== "");
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

async function tryAtOnce({ remove, page, now }: Batch) {
  try {
    return (await remove(page, now)) ?? "stays";
  } catch (error) {
    if (rowFaultOf(error) === null) throw error;
    return "refused";
  }
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

async function hold(
  scope: Scope,
  claim: Claim,
  { removable, inventory, now }: { removable: number; inventory: number; now: Date },
): Promise<"held" | "claim_lost"> {
  const error = heldSentence({ removable, inventory }, claim.brakePercent);
  return end(scope, claim, {
    status: "held",
    error,
    now,
    held: { heldRemovable: removable, heldInventory: inventory },
  });
}

function finish(
  scope: Scope,
  claim: Claim,
  ended: { status: Ended; error: string | null; now: Date },
): Promise<Ended | "claim_lost"> {
  return end(scope, claim, { ...ended, held: {} });
}

/** Ends or holds the run, and announces it in the same transaction where people have to know. */
async function end<Status extends Ended | "held">(
  scope: Scope,
  claim: Claim,
  { status, error, now, held }: { status: Status; error: string | null; now: Date; held: Held },
): Promise<Status | "claim_lost"> {
  return database().transaction(async (tx) => {
    const ended = await tx
      .update(cleanupRuns)
      .set({ status, error, finishedAt: now, heartbeatAt: now, ...held })
      .where(and(ofRun(scope, claim), isRunning))
      .returning({ id: cleanupRuns.id });
    if (ended.length === 0) return "claim_lost";
    const event = eventOf(status);
    if (event !== null) await announceRun(tx, { accountId: scope.accountId, runId: claim.runId, event, now });
    return status;
  });
}

type Held = Partial<Pick<typeof cleanupRuns.$inferInsert, "heldRemovable" | "heldInventory">>;

/** Notes why a run could not go on. When not even that can be written, its old heartbeat will tell. */
async function endBadly(
  scope: Scope,
  claim: Claim,
  { error, failures, now }: { error: unknown; failures: Failures; now: Date },
): Promise<Ended | "claim_lost"> {
  log.error({ err: error, runId: claim.runId }, "a cleanup run could not go on");
  const isLost = isLostConnection(error);
  const status = isLost ? "interrupted" : "failed";
  const reason = isLost ? CONNECTION_LOST : (reasonOf(error) ?? "An unforeseen error; the server's log has it.");
  const text = joinLines([reason, describeFailures(failures)]);
  try {
    return await finish(scope, claim, { status, error: text, now });
  } catch (cause) {
    log.error({ err: cause, runId: claim.runId }, "nor could its end be noted");
    return "interrupted";
  }
}

function joinLines(lines: (string | null)[]): string | null {
  return lines.filter((line) => line !== null).join("\n") || null;
}

function ofRun(scope: Scope, claim: Claim) {
  return and(eq(cleanupRuns.accountId, scope.accountId), eq(cleanupRuns.id, claim.runId));
}
