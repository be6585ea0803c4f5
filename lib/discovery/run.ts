import "server-only";
import { setMaxListeners } from "node:events";
import { sql } from "drizzle-orm";
import { database, type Executor, type Transaction } from "@/drizzle/client";
import { isLostConnection, reasonOf } from "@/drizzle/failures";
import { discoveryScans } from "@/drizzle/schema/discovery";
import { at } from "@/drizzle/values";
import { roleOf } from "@/lib/accounts/queries";
import { roleMay } from "@/lib/auth/rules";
import type { Scope } from "@/lib/auth/scope";
import { type Looked, noteChunk } from "@/lib/discovery/chunk";
import { addScanJob, isHeldBy, type ScanClaim } from "@/lib/discovery/claim";
import { type Entry, readEntry, SCAN_CHUNK, SCAN_TURN_MS, targetAt } from "@/lib/discovery/rules";
import { inTurn } from "@/lib/discovery/turns";
import { probeEndpoint } from "@/lib/endpoints/probe";
import { env } from "@/lib/env";
import { log } from "@/lib/log";

/** The clock is read once a chunk; `signal` aborts when the server stops. */
type RunOptions = { clock: () => Date; signal: AbortSignal };

/** How a turn came out: it has ended, it goes on in a later job, or another server has it. */
export type Turn = "ended" | "left" | "claim_lost";

const MAY_NOT_ANY_MORE = "Whoever asked for it may not scan any more. What was found by then stays.";

/**
 * Goes on with a claimed scan, chunk after chunk, until it ends, the turn is over or the server stops. Each chunk is
 * looked at first, holding nothing, and then noted in one transaction, or not at all.
 */
export async function carryOutScan(scope: Scope, claim: ScanClaim, { clock, signal }: RunOptions): Promise<Turn> {
  const begun = clock();
  // Every endpoint at hand listens to it.
  setMaxListeners(0, signal);
  const entries = claim.hosts.map(readEntry).flatMap((entry) => ("problem" in entry ? [] : [entry]));
  try {
    for (;;) {
      const now = clock();
      if (signal.aborted || now.getTime() - begun.getTime() > SCAN_TURN_MS) return await leave(scope, claim);
      const step = await database().transaction((tx) => begin(tx, scope, { claim, now }));
      if (typeof step === "string") return step;
      const looked = await lookAt(claim, { entries, from: step.done, signal });
      const noted = await database().transaction((tx) => finish(tx, scope, { claim, looked, now }));
      if (noted !== "more") return noted;
    }
  } catch (error) {
    if (signal.aborted) return leave(scope, claim);
    return endBadly(scope, claim, { error, now: clock() });
  }
}

/** Tells that the scan is alive, and where it is; ends it when somebody wants that, or it is not allowed any more. */
async function begin(
  tx: Transaction,
  scope: Scope,
  { claim, now }: { claim: ScanClaim; now: Date },
): Promise<Turn | { done: number }> {
  const held = await beat(tx, scope, { claim, now });
  if (held === null) return "claim_lost";
  if (held.isToStop) return end(tx, scope, claim, { status: "stopped", now });
  const role = await roleOf(tx, scope, claim.requestedById);
  if (role === null || !roleMay(role, "discovery:manage"))
    return end(tx, scope, claim, { status: "failed", error: MAY_NOT_ANY_MORE, now });
  return { done: held.done };
}

/** Null when another server has taken it over; the row stays locked until the transaction ends. */
async function beat(tx: Transaction, scope: Scope, { claim, now }: { claim: ScanClaim; now: Date }) {
  const [held] = await tx
    .update(discoveryScans)
    .set({ heartbeatAt: sql`greatest(${discoveryScans.heartbeatAt}, ${at(now)})` })
    .where(isHeldBy(scope, claim))
    .returning({
      isToStop: sql<boolean>`${discoveryScans.stopRequestedAt} is not null`,
      done: discoveryScans.done,
      unreachable: discoveryScans.unreachable,
    });
  return held ?? null;
}

type Looking = { entries: Entry[]; from: number; signal: AbortSignal };

function lookAt(claim: ScanClaim, { entries, from, signal }: Looking): Promise<Looked[]> {
  const { ports, protocol, targets } = claim;
  const networks = env().CERTSWEEP_PROBE_NETWORKS;
  const length = Math.min(SCAN_CHUNK, targets - from);
  const looks = Array.from({ length }, async (_, index): Promise<Looked> => {
    const number = from + index;
    const target = targetAt({ entries, ports }, number);
    const asked = { ...target, serverName: null, protocol };
    return { number, ...target, answer: await inTurn(() => probeEndpoint(asked, { networks, signal })) };
  });
  return Promise.all(looks);
}

async function finish(
  tx: Transaction,
  scope: Scope,
  { claim, looked, now }: { claim: ScanClaim; looked: Looked[]; now: Date },
): Promise<Turn | "more"> {
  const held = await beat(tx, scope, { claim, now });
  if (held === null) return "claim_lost";
  await noteChunk(tx, scope, { claim, looked, now, unreachableBefore: held.unreachable });
  if (held.done + looked.length < claim.targets) return "more";
  return end(tx, scope, claim, { status: "succeeded", now });
}

type End = { status: "succeeded" | "stopped" | "failed"; error?: string; now: Date };

async function end(executor: Executor, scope: Scope, claim: ScanClaim, { status, error, now }: End): Promise<Turn> {
  const ended = await executor
    .update(discoveryScans)
    .set({ status, error: error ?? null, finishedAt: now, heartbeatAt: now })
    .where(isHeldBy(scope, claim))
    .returning({ id: discoveryScans.id });
  return ended.length === 0 ? "claim_lost" : "ended";
}

/** Lets other jobs take their turn, or another server go on where this one stops. */
async function leave(scope: Scope, claim: ScanClaim): Promise<Turn> {
  return database().transaction(async (tx) => {
    const released = await tx
      .update(discoveryScans)
      .set({ status: "queued" })
      .where(isHeldBy(scope, claim))
      .returning({ id: discoveryScans.id });
    if (released.length === 0) return "claim_lost";
    await addScanJob(tx, scope, claim.id);
    return "left";
  });
}

/** A lost connection ends nothing: the old heartbeat tells, and another turn goes on. Anything else is told and ends it. */
async function endBadly(scope: Scope, claim: ScanClaim, { error, now }: { error: unknown; now: Date }): Promise<Turn> {
  log.error({ err: error, scanId: claim.id }, "a scan could not go on");
  if (isLostConnection(error)) return "left";
  const reason = reasonOf(error) ?? "An unforeseen error; the server's log has it.";
  try {
    return await end(database(), scope, claim, { status: "failed", error: reason, now });
  } catch (cause) {
    log.error({ err: cause, scanId: claim.id }, "nor could its end be noted");
    return "left";
  }
}
