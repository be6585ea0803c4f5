import { and, eq, sql } from "drizzle-orm";
import { afterEach, beforeAll, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { auditEvents } from "@/drizzle/schema/audit";
import { certificates } from "@/drizzle/schema/certificates";
import { cleanupRuns } from "@/drizzle/schema/cleanup";
import { removals } from "@/drizzle/schema/removals";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificates, insertPerson } from "@/drizzle/test-rows";
import type { PersonScope } from "@/lib/auth/scope";
import { requestRun, saveSettings } from "@/lib/cleanup/commands";
import { CLEANUP_DEFAULTS, latestSlot } from "@/lib/cleanup/rules";
import { openWorker, type Worker } from "@/lib/jobs/worker";

useTestDatabase();

const old = { notBefore: new Date("2020-01-01T00:00:00Z"), notAfter: new Date("2021-01-01T00:00:00Z") };
const workers: Worker[] = [];

function begin(): Worker {
  const worker = openWorker({ connectionString: process.env.DATABASE_URL ?? "", clock: () => new Date() });
  workers.push(worker);
  return worker;
}

beforeAll(async () => {
  // The first start makes the job engine's tables.
  const first = begin();
  await until(async () => {
    const { rows } = await database().execute(sql`select to_regclass('graphile_worker._private_tasks') as found`);
    return rows[0]?.found !== null;
  });
  await first.stop();
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1_200; tries += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("it did not come true within a minute");
}

function runsOf(admin: PersonScope) {
  return database()
    .select()
    .from(cleanupRuns)
    .where(eq(cleanupRuns.accountId, admin.accountId))
    .orderBy(cleanupRuns.startedAt);
}

const hasEnded = async (admin: PersonScope) => (await runsOf(admin)).some((run) => run.status === "succeeded");

/** An admin whose cleanup has been due since the last full minute, with so many old certificates. */
async function dueAdmin(certificateCount: number) {
  const now = new Date();
  const admin = await insertPerson({ role: "admin" });
  await insertCertificates(
    admin.accountId,
    Array.from({ length: certificateCount }, () => old),
  );
  const dailyAtMinute = now.getUTCHours() * 60 + now.getUTCMinutes();
  const promised = new Date(latestSlot(dailyAtMinute, now).getTime() - 1_000);
  const settings = { ...CLEANUP_DEFAULTS, enabled: true, dailyAtMinute, brakePercent: 100 };
  await saveSettings(admin, { ...settings, seenUpdatedAt: null, now: promised });
  return admin;
}

test("two servers on one database run a due day once, as soon as they start", async () => {
  const admins = [await dueAdmin(700), await dueAdmin(3), await dueAdmin(0)];
  begin();
  begin();
  for (const admin of admins) await until(() => hasEnded(admin));
  // A second look, as the next minute would take, changes nothing.
  await database().execute(sql`select graphile_worker.add_job('cleanup_tick')`);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const runs = await Promise.all(admins.map(runsOf));
  expect(runs.map((each) => each.map((run) => [run.trigger, run.status, run.removed]))).toEqual([
    [["schedule", "succeeded", 700]],
    [["schedule", "succeeded", 3]],
    [["schedule", "succeeded", 0]],
  ]);
});

test("a run that a person asks for is carried out under the id that they were given, and audited", async () => {
  const admin = await insertPerson({ role: "admin" });
  await insertCertificates(admin.accountId, [old, old]);
  begin();
  const { runId } = await requestRun(admin, new Date());
  await until(() => hasEnded(admin));
  expect(await runsOf(admin)).toMatchObject([
    { id: runId, trigger: "person", startedById: admin.userId, startedByLabel: admin.email, removed: 2, slotOn: null },
  ]);
  const [record] = await database().select().from(removals).where(eq(removals.runId, runId)).limit(1);
  expect(record).toMatchObject({ actorKind: "cleanup", actorLabel: "Certificate Cleanup", accountId: admin.accountId });
  const [event] = await database()
    .select()
    .from(auditEvents)
    .where(and(eq(auditEvents.accountId, admin.accountId), eq(auditEvents.action, "cleanup.run_requested")));
  expect(event).toMatchObject({ subjectId: runId, actorId: admin.userId });
});

test("asking for a run while one is running is refused and leaves no job", async () => {
  const admin = await insertPerson({ role: "admin" });
  const now = new Date();
  await database()
    .insert(cleanupRuns)
    .values({
      ...{ accountId: admin.accountId, id: crypto.randomUUID(), trigger: "person", startedByLabel: "x" },
      ...{ retentionDays: 30, skipSynced: true, cutoff: now, status: "running", startedAt: now, heartbeatAt: now },
    });
  await expect(requestRun(admin, now)).rejects.toThrow("A run is going on already");
  const { rows: jobs } = await database().execute(
    sql`select from graphile_worker.jobs where key like ${`%${admin.accountId}`}`,
  );
  expect(jobs).toHaveLength(0);
});

test("what a killed server left behind is taken up at once: its run, and its job that it still holds", async () => {
  const admin = await dueAdmin(5);
  const long = new Date(Date.now() - 61_000);
  await database()
    .insert(cleanupRuns)
    .values({
      ...{ accountId: admin.accountId, id: crypto.randomUUID(), trigger: "schedule", startedByLabel: "Schedule" },
      ...{ slotOn: new Date().toISOString().slice(0, 10), retentionDays: 30, skipSynced: true, cutoff: long },
      ...{ status: "running", startedAt: long, heartbeatAt: long },
    });
  await database().execute(sql`select graphile_worker.add_job('cleanup_run',
    json_build_object('accountId', ${admin.accountId}::text), job_key := ${`cleanup_run:${admin.accountId}`})`);
  await database().execute(sql`update graphile_worker._private_jobs set locked_at = now(), locked_by = 'killed'
    where key = ${`cleanup_run:${admin.accountId}`}`);
  begin();
  await until(() => hasEnded(admin));
  expect((await runsOf(admin)).map((run) => [run.status, run.removed])).toEqual([
    ["interrupted", 0],
    ["succeeded", 5],
  ]);
});

test("stopping a server ends its run within a batch, and the next server takes it up", async () => {
  const admin = await dueAdmin(4_000);
  const worker = begin();
  await until(async () => ((await runsOf(admin))[0]?.removed ?? 0) > 0);
  await worker.stop();
  const [stopped] = await runsOf(admin);
  expect(stopped).toMatchObject({ status: "interrupted", trigger: "schedule" });
  begin();
  await until(() => hasEnded(admin));
  const runs = await runsOf(admin);
  expect(runs.map((run) => run.status)).toEqual(["interrupted", "succeeded"]);
  expect(runs.reduce((sum, run) => sum + run.removed, 0)).toBe(4_000);
  expect(await database().$count(removals, eq(removals.accountId, admin.accountId))).toBe(4_000);
  expect(await database().$count(certificates, eq(certificates.accountId, admin.accountId))).toBe(0);
});
