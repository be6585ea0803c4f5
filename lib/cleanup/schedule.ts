import "server-only";
import { and, asc, eq, gt, inArray, isNotNull } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { sqlStateOf, UNIQUE_VIOLATION } from "@/drizzle/failures";
import { cleanupRuns, cleanupSettings } from "@/drizzle/schema/cleanup";
import type { Scope } from "@/lib/auth/scope";
import { hasLostItsServer, isDue, isLatest, isRunning } from "@/lib/cleanup/predicates";
import { readSchedule, readSettings, type SavedSettings } from "@/lib/cleanup/queries";
import { cutoffOf, dueSlot, removesCopies } from "@/lib/cleanup/rules";
import { newId } from "@/lib/ids";
import { announceRun } from "@/lib/notifications/commands";

/** A run that this process may carry out, with the settings it was given once and for all. */
export type Claim = {
  runId: string;
  claimedAt: Date;
  cutoff: Date;
  retentionDays: number;
  /** One with an active sync stays: it is skipped, or its copy could not be removed first. */
  skipSynced: boolean;
  /** Copies at destinations are removed first. */
  removesCopies: boolean;
  brakePercent: number;
  /** A person has looked at what the brake held, and let it go on. */
  isApproved: boolean;
};

/** The run that a person asked for; its id was given when they asked, so that asking is answered once. */
export type RequestedRun = { runId: string; startedById: string; startedByLabel: string };

const INTERRUPTED =
  "The server ended before the run did. What it had removed stays removed; the next run does the rest.";

/** Marks the runs whose server is gone as interrupted, announces that, and answers how many there were. */
export async function markInterrupted(now: Date): Promise<number> {
  return database().transaction(async (tx) => {
    // A run whose row is locked is in the middle of a batch, so its server lives, however old its heartbeat looks.
    const lost = tx
      .select({ id: cleanupRuns.id })
      .from(cleanupRuns)
      .where(hasLostItsServer(now))
      .for("update", { skipLocked: true });
    const marked = await tx
      .update(cleanupRuns)
      .set({ status: "interrupted", finishedAt: now, error: INTERRUPTED })
      .where(and(inArray(cleanupRuns.id, lost), isRunning))
      .returning({ accountId: cleanupRuns.accountId, runId: cleanupRuns.id });
    for (const run of marked) await announceRun(tx, { ...run, event: "cleanup.interrupted", now });
    return marked.length;
  });
}

/** A page of the accounts whose run is due at `now`, in the order of their ids. */
export async function listDueAccounts(now: Date, page: { after: string | null; limit: number }): Promise<string[]> {
  const { after, limit } = page;
  const rows = await database()
    .select({ accountId: cleanupSettings.accountId })
    .from(cleanupSettings)
    .where(and(isDue(now), after === null ? undefined : gt(cleanupSettings.accountId, after)))
    .orderBy(asc(cleanupSettings.accountId))
    .limit(limit);
  return rows.map((row) => row.accountId);
}

/** Claims the account's run that is due at `now`; null when none is, another has it, or one is running. */
export async function claimDueRun(scope: Scope, now: Date): Promise<Claim | null> {
  const settings = await readSettings(database(), scope);
  const schedule = await readSchedule(database(), scope, settings);
  const slotOn = schedule === null ? null : dueSlot(schedule, now);
  if (slotOn === null) return null;
  const begun = { trigger: "schedule", slotOn, startedById: null, startedByLabel: "Schedule" } as const;
  return insertRun(scope, { ...begun, id: newId() }, { settings, now });
}

/** Claims a run that a person asked for; null when it was begun before or one is running. */
export async function claimRequestedRun(scope: Scope, request: RequestedRun, now: Date): Promise<Claim | null> {
  const settings = await readSettings(database(), scope);
  const { runId, startedById, startedByLabel } = request;
  const begun = { trigger: "person", slotOn: null, startedById, startedByLabel } as const;
  return insertRun(scope, { ...begun, id: runId }, { settings, now });
}

/**
 * Claims a held run that a person has approved, with the settings and the cutoff it was held with; null when it is no
 * longer held or another run is running. A run that began since has taken its place: the approval is void then.
 */
export async function claimApprovedRun(scope: Scope, runId: string, now: Date): Promise<Claim | null> {
  const approved = and(
    eq(cleanupRuns.accountId, scope.accountId),
    eq(cleanupRuns.id, runId),
    eq(cleanupRuns.status, "held"),
    isNotNull(cleanupRuns.approvedAt),
  );
  try {
    const [run] = await database()
      .update(cleanupRuns)
      .set({ status: "running", heartbeatAt: now, finishedAt: null, error: null })
      .where(and(approved, isLatest))
      .returning();
    if (run !== undefined) return { ...run, ...lawOf(run), runId: run.id, claimedAt: now, isApproved: true };
  } catch (error) {
    if (sqlStateOf(error) !== UNIQUE_VIOLATION) throw error;
  }
  await database()
    .update(cleanupRuns)
    .set({ approvedAt: null, approvedById: null, approvedByLabel: null })
    .where(approved);
  return null;
}

/** What the settings make of synced certificates. */
function lawOf(settings: Pick<SavedSettings, "skipSynced" | "copies">) {
  const first = removesCopies(settings);
  return { skipSynced: settings.skipSynced || first, removesCopies: first };
}

type Begun = Pick<typeof cleanupRuns.$inferInsert, "id" | "trigger" | "slotOn" | "startedById" | "startedByLabel">;

/** The unique indexes decide, over any number of servers: one running run an account, one run a day, one run an id. */
async function insertRun(
  scope: Scope,
  begun: Begun,
  { settings, now }: { settings: SavedSettings; now: Date },
): Promise<Claim | null> {
  const { retentionDays, skipSynced, copies, brakePercent } = settings;
  const cutoff = cutoffOf(retentionDays, now);
  const [made] = await database()
    .insert(cleanupRuns)
    .values({
      ...begun,
      accountId: scope.accountId,
      retentionDays,
      skipSynced,
      copies,
      cutoff,
      brakePercent,
      status: "running",
      startedAt: now,
      heartbeatAt: now,
    })
    .onConflictDoNothing()
    .returning({ id: cleanupRuns.id });
  return made === undefined
    ? null
    : { runId: made.id, claimedAt: now, cutoff, retentionDays, ...lawOf(settings), brakePercent, isApproved: false };
}
