import "server-only";
import { and, eq, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { isLostConnection, reasonOf } from "@/drizzle/failures";
import { cleanupRuns } from "@/drizzle/schema/cleanup";
import type { Scope } from "@/lib/auth/scope";
import { heldSentence, weigh } from "@/lib/cleanup/brake";
import { copyRemover } from "@/lib/cleanup/copies";
import { addFailures, describeFailures, type Failures, noFailures } from "@/lib/cleanup/failures";
import { givingWay } from "@/lib/cleanup/giving-way";
import { idsOf, type RunPage, readPages } from "@/lib/cleanup/pages";
import { isRunning, isToStop } from "@/lib/cleanup/predicates";
import { BATCH_SIZE, nextBatchSize, type RunStatus } from "@/lib/cleanup/rules";
import type { Claim } from "@/lib/cleanup/schedule";
import { stepTaker } from "@/lib/cleanup/steps";
import { oneAtATime } from "@/lib/cleanup/turns";
import { checkBeforeDeletion } from "@/lib/deployments/checks";
import { log } from "@/lib/log";
import { announceRun } from "@/lib/notifications/commands";
import { eventOf } from "@/lib/notifications/rules";

const CONNECTION_LOST =
  "The connection to the database was lost. What had been removed stays removed; the next run does the rest.";

const SERVER_STOPPED =
  "The server was stopped before the run had ended. What had been removed stays removed; the next run does the rest.";

type Ended = Exclude<RunStatus, "running" | "held">;

/** How a run is carried out: the clock is read before and behind each batch; `signal` aborts when the server stops. */
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

type Going = RunOptions & { failures: Failures };

/**
 * Pages that are removed at the same time, each on a session of its own: as many as keep two processors busy. As long as
 * others are served it is one.
 */
const LANES = 2;

async function removeAll(scope: Scope, claim: Claim, going: Going): Promise<Ended | "claim_lost"> {
  const lane = laneOf(scope, claim, going);
  // None is left behind: what ends one is found by the others at their next page.
  const lanes = await Promise.allSettled(Array.from({ length: LANES }, (_, index) => lane(index)));
  const ends = lanes.map((ended) => {
    if (ended.status === "rejected") throw ended.reason;
    return ended.value;
  });
  const early = EARLY_ENDS.find((end) => ends.includes(end));
  return early ?? (going.failures.count > 0 ? "succeeded_with_errors" : "succeeded");
}

const EARLY_ENDS = ["claim_lost", "stopped", "interrupted"] as const;
type LaneEnd = (typeof EARLY_ENDS)[number] | "done";

/** How one of those who share a run goes through it, page by page, until none is left or the run is over. */
function laneOf(scope: Scope, claim: Claim, { clock, signal, failures }: Going): (index: number) => Promise<LaneEnd> {
  const takeStep = stepTaker(scope, claim);
  const removeCopies = copyRemover(scope, claim, { clock, signal });
  const readPage = readPages(scope, claim);
  const { saw, untilQuiet } = givingWay();
  let size = BATCH_SIZE;
  let over: LaneEnd | null = null;
  const nextPage = oneAtATime(async () => {
    if (over !== null) return null;
    const page = await readPage(size);
    saw(page.others);
    if (page.isLast) over = "done";
    if (signal.aborted) over = "interrupted";
    if (over === "interrupted") return null;
    if (page.haveEndpoints) await checkEndpoints(scope, claim, { page, clock, signal });
    const freed = await removeCopies(page);
    return { ...page, haveSyncs: page.haveSyncs || freed };
  });
  const takeTurn = async (index: number) => {
    if (index > 0) await untilQuiet(() => over !== null || signal.aborted);
    return nextPage();
  };
  const goThrough = async (index: number) => {
    for (let page = await takeTurn(index); page !== null; page = await takeTurn(index)) {
      const begun = clock();
      const step = await takeStep(page, begun);
      if (step === "claim_lost" || step === "stopped") {
        over = step;
        return step;
      }
      size = nextBatchSize(size, { asked: page.asked, tookMs: clock().getTime() - begun.getTime() });
      // Only now, since a batch that was rolled back had no failures either.
      addFailures(failures, step.failures);
    }
    return over ?? "done";
  };
  return (index) =>
    goThrough(index).catch((error: unknown) => {
      over ??= "done";
      throw error;
    });
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
