import "server-only";
import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { database, type Executor } from "@/drizzle/client";
import { cleanupRuns, cleanupSettings, cleanupStops } from "@/drizzle/schema/cleanup";
import { at } from "@/drizzle/values";
import { recordAudit } from "@/lib/audit/commands";
import type { AuditDetails } from "@/lib/audit/rules";
import type { CallerScope, Scope } from "@/lib/auth/scope";
import { isLatest } from "@/lib/cleanup/predicates";
import { readSettings, type SavedSettings } from "@/lib/cleanup/queries";
import type { CleanupSettings } from "@/lib/cleanup/rules";
import type { SettingsInput } from "@/lib/cleanup/schema";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { addJob } from "@/lib/jobs/queue";

const STALE =
  "Someone else changed these settings after you opened this page. Nothing was saved. Reload to see them, then make your change again.";

/**
 * Saves the settings for the next run, with one audit event of what changed. Throws "conflict" when others were saved
 * since `seenUpdatedAt`; saving what is there already changes nothing.
 */
export async function saveSettings(scope: Scope, input: SettingsInput & { now: Date }): Promise<{ updatedAt: Date }> {
  const { now, seenUpdatedAt, ...given } = input;
  return database().transaction(async (tx) => {
    const before = await readSettings(tx, scope);
    const values = { ...given, copies: given.copies ?? before.copies };
    if ((before.updatedAt?.toISOString() ?? null) !== seenUpdatedAt) throw new AppError("conflict", STALE);
    const details = changesBetween(before, values);
    if (Object.keys(details).length === 0 && before.updatedAt !== null) return { updatedAt: before.updatedAt };
    const updatedAt = await writeSettings(tx, scope, { before, values, now });
    await recordAudit(tx, scope, { now, action: "cleanup.settings_changed", subjectId: null, details });
    return { updatedAt };
  });
}

async function writeSettings(
  executor: Executor,
  scope: Scope,
  { before, values, now }: { before: SavedSettings; values: CleanupSettings; now: Date },
): Promise<Date> {
  // A slot is promised from the moment when its time was chosen or the cleanup was switched on.
  const promisedAnew = (values.enabled && !before.enabled) || values.dailyAtMinute !== before.dailyAtMinute;
  const scheduledFrom = promisedAnew || before.scheduledFrom === null ? now : before.scheduledFrom;
  // Two saves within one millisecond still differ, so that the second form knows.
  const updatedAt = new Date(Math.max(now.getTime(), (before.updatedAt?.getTime() ?? 0) + 1));
  const row = { ...values, scheduledFrom, updatedAt };
  const written =
    before.updatedAt === null
      ? await executor
          .insert(cleanupSettings)
          .values({ accountId: scope.accountId, ...row })
          .onConflictDoNothing()
          .returning({ updatedAt: cleanupSettings.updatedAt })
      : await executor
          .update(cleanupSettings)
          .set(row)
          .where(and(eq(cleanupSettings.accountId, scope.accountId), eq(cleanupSettings.updatedAt, before.updatedAt)))
          .returning({ updatedAt: cleanupSettings.updatedAt });
  if (written.length === 0) throw new AppError("conflict", STALE);
  return updatedAt;
}

const AUDITED = ["enabled", "retentionDays", "skipSynced", "copies", "dailyAtMinute", "brakePercent"] as const;

/** Each changed field as `field.from` and `field.to`. */
function changesBetween(before: CleanupSettings, after: CleanupSettings): AuditDetails {
  const changed = AUDITED.filter((field) => before[field] !== after[field]);
  return Object.fromEntries(
    changed.flatMap((field) => [
      [`${field}.from`, before[field]],
      [`${field}.to`, after[field]],
    ]),
  );
}

/** Asks the job worker for a run with the saved settings; the run will have the id that is returned. */
export async function requestRun(scope: CallerScope, now: Date): Promise<{ runId: string }> {
  const runId = newId();
  await database().transaction(async (tx) => {
    const [running] = await tx
      .select({ id: cleanupRuns.id })
      .from(cleanupRuns)
      .where(and(eq(cleanupRuns.accountId, scope.accountId), eq(cleanupRuns.status, "running")));
    if (running !== undefined)
      throw new AppError("conflict", "A run is going on already. Wait until it ends, or stop it.");
    const payload = { accountId: scope.accountId, runId, startedById: scope.userId, startedByLabel: scope.actor.label };
    await addJob(tx, { task: "cleanup_run_now", payload, key: `cleanup_run_now:${scope.accountId}`, attempts: 3 });
    await recordAudit(tx, scope, { now, action: "cleanup.run_requested", subjectId: runId, details: {} });
  });
  return { runId };
}

/**
 * Asks a running run to stop, which it does after the batch at hand; asking does not wait for that batch. Throws "conflict" when it is not running any more.
 */
export async function requestStop(scope: Scope, { runId, now }: { runId: string; now: Date }): Promise<void> {
  await database().transaction(async (tx) => {
    const running = and(ofRun(scope, runId), eq(cleanupRuns.status, "running"));
    const { rowCount } = await tx.execute(sql`
      insert into ${cleanupStops} (account_id, run_id, requested_at, requested_by_label)
      select ${cleanupRuns.accountId}, ${cleanupRuns.id}, ${at(now)}, ${scope.actor.label} from ${cleanupRuns} where ${running}
      on conflict do nothing`);
    if (rowCount === 0) return explainRefusedStop(tx, scope, runId);
    await recordAudit(tx, scope, { now, action: "cleanup.stop_requested", subjectId: runId, details: {} });
  });
}

/** Lets a held run go on, with the settings and the cutoff it was held with. Throws "conflict" when it is not the one to approve. */
export async function approveRun(scope: CallerScope, { runId, now }: { runId: string; now: Date }): Promise<void> {
  await database().transaction(async (tx) => {
    const approved = await tx
      .update(cleanupRuns)
      .set({
        approvedAt: now,
        approvedById: scope.userId,
        approvedByLabel: scope.actor.label,
        acknowledgedAt: now,
        acknowledgedByLabel: scope.actor.label,
      })
      .where(and(ofRun(scope, runId), eq(cleanupRuns.status, "held"), isNull(cleanupRuns.approvedAt), isLatest))
      .returning({ id: cleanupRuns.id });
    if (approved.length === 0) return explainRefusedApproval(tx, scope, runId);
    const payload = { accountId: scope.accountId, runId };
    await addJob(tx, {
      task: "cleanup_run_approved",
      payload,
      key: `cleanup_run_approved:${scope.accountId}`,
      attempts: 3,
    });
    await recordAudit(tx, scope, { now, action: "cleanup.run_approved", subjectId: runId, details: {} });
  });
}

async function explainRefusedApproval(executor: Executor, scope: Scope, runId: string): Promise<void> {
  const [run] = await executor
    .select({ status: cleanupRuns.status, approvedAt: cleanupRuns.approvedAt })
    .from(cleanupRuns)
    .where(ofRun(scope, runId));
  if (run === undefined) throw new AppError("not_found", "There is no such run. Reload the page.");
  if (run.approvedAt !== null) throw new AppError("conflict", "This run has been approved already.");
  if (run.status !== "held") throw new AppError("conflict", "This run is not held. Reload the page.");
  throw new AppError("conflict", "A later run has taken this one's place. Approve that one, or run the cleanup now.");
}

/** Notes that a person has seen how a run ended, so that nobody is reminded of it any more. Doing so again changes nothing. */
export async function acknowledgeRun(scope: Scope, { runId, now }: { runId: string; now: Date }): Promise<void> {
  const seen = await database()
    .update(cleanupRuns)
    .set({ acknowledgedAt: now, acknowledgedByLabel: scope.actor.label })
    .where(and(ofRun(scope, runId), isNotNull(cleanupRuns.finishedAt), isNull(cleanupRuns.acknowledgedAt)))
    .returning({ id: cleanupRuns.id });
  if (seen.length > 0) return;
  const known = await database().$count(cleanupRuns, ofRun(scope, runId));
  if (known === 0) throw new AppError("not_found", "There is no such run. Reload the page.");
}

async function explainRefusedStop(executor: Executor, scope: Scope, runId: string): Promise<void> {
  const [run] = await executor
    .select({ isRunning: sql<boolean>`${cleanupRuns.status} = 'running'` })
    .from(cleanupRuns)
    .where(ofRun(scope, runId));
  if (run === undefined) throw new AppError("not_found", "There is no such run. Reload the page.");
  if (!run.isRunning) throw new AppError("conflict", "This run has ended already.");
}

function ofRun(scope: Scope, runId: string) {
  return and(eq(cleanupRuns.accountId, scope.accountId), eq(cleanupRuns.id, runId));
}
