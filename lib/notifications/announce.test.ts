import { globalAgent } from "node:https";
import { eq, sql } from "drizzle-orm";
import { runMigrations } from "graphile-worker";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { cleanupRuns } from "@/drizzle/schema/cleanup";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificates, insertPerson, insertRun, TEST_NOW } from "@/drizzle/test-rows";
import { type Receiver, startReceiver } from "@/e2e/receiver";
import { mintJobScope, type PersonScope } from "@/lib/auth/scope";
import { carryOut } from "@/lib/cleanup/run";
import { claimRequestedRun, markInterrupted } from "@/lib/cleanup/schedule";
import { newId } from "@/lib/ids";
import { JOB_SCHEMA } from "@/lib/jobs/queue";
import { openWorker } from "@/lib/jobs/worker";
import { announceRun } from "@/lib/notifications/commands";
import { listDeliveries } from "@/lib/notifications/queries";
import { addWebhook, deleteWebhook } from "@/lib/notifications/webhooks";

process.env.CERTSWEEP_PROBE_NETWORKS = "public,private,loopback";
useTestDatabase();

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
  globalAgent.options.ca = receiver.ca;
  await runMigrations({ connectionString: process.env.DATABASE_URL ?? "", schema: JOB_SCHEMA });
});
afterEach(() => {
  receiver.received.length = 0;
});
afterAll(() => receiver.stop());

const now = TEST_NOW;
const old = { notBefore: new Date("2020-01-01T00:00:00Z"), notAfter: new Date("2021-01-01T00:00:00Z") };

/** An admin with so many webhooks at the receiver. */
async function makeAdmin(webhookCount: number) {
  const admin = await insertPerson({ role: "admin" });
  for (let index = 0; index < webhookCount; index += 1) {
    await addWebhook(admin, { url: `${receiver.origin}/${index}`, now });
  }
  return admin;
}

async function messagesOf(admin: PersonScope) {
  const { rows } = await listDeliveries(admin, { after: null, before: null });
  return rows.map(({ event, runId, status }) => ({ event, runId, status }));
}

/** Carries out a run that is asked for now, and answers with its id and how it ended. */
async function runOf(admin: PersonScope) {
  const scope = mintJobScope(admin.accountId, "Certificate Cleanup");
  const request = { runId: newId(), startedById: admin.userId, startedByLabel: admin.email };
  const claim = await claimRequestedRun(scope, request, now);
  if (claim === null) throw new Error("the run was not claimed");
  const ended = await carryOut(scope, claim, { clock: () => now, signal: new AbortController().signal });
  return { runId: claim.runId, ended };
}

/** Makes every deletion of certificates fail with this SQLSTATE until `undo` is called. */
async function breakDeletions(state: string) {
  await database().execute(
    sql.raw(`create or replace function break_off() returns trigger language plpgsql as
    $$ begin raise exception 'no room left' using errcode = '${state}'; end $$`),
  );
  await database().execute(
    sql`create trigger break_off before delete on certificates for each statement execute function break_off()`,
  );
  return { undo: () => database().execute(sql`drop trigger break_off on certificates`) };
}

test("a run that fails is announced to every webhook of its account, once", async () => {
  const admin = await makeAdmin(2);
  const other = await makeAdmin(1);
  await insertCertificates(admin.accountId, [old]);
  const { undo } = await breakDeletions("53100");
  const { runId, ended } = await runOf(admin);
  await undo();
  expect(ended).toBe("failed");
  const message = { event: "cleanup.failed", runId, status: "pending" };
  expect(await messagesOf(admin)).toEqual([message, message]);
  expect(await messagesOf(other)).toEqual([]);
  await announceRun(database(), { accountId: admin.accountId, runId, event: "cleanup.failed", now });
  expect(await messagesOf(admin)).toHaveLength(2);
});

test("a run that is held is announced, and one that succeeds is not", async () => {
  const admin = await makeAdmin(1);
  await insertCertificates(admin.accountId, [old]);
  expect((await runOf(admin)).ended).toBe("succeeded");
  expect(await messagesOf(admin)).toEqual([]);
  await insertCertificates(
    admin.accountId,
    Array.from({ length: 101 }, () => old),
  );
  const { runId, ended } = await runOf(admin);
  expect(ended).toBe("held");
  expect(await messagesOf(admin)).toEqual([{ event: "cleanup.held", runId, status: "pending" }]);
});

test("a run that lost its server is announced by whoever finds it, once", async () => {
  const admin = await makeAdmin(1);
  const lost = new Date(now.getTime() - 61_000);
  const running = { status: "running", startedAt: lost, heartbeatAt: lost, finishedAt: null } as const;
  const runId = await insertRun(admin.accountId, running);
  await Promise.all([markInterrupted(now), markInterrupted(now), markInterrupted(now)]);
  expect(await messagesOf(admin)).toEqual([{ event: "cleanup.interrupted", runId, status: "pending" }]);
});

test("when its messages cannot be written a run does not end either, so that nobody misses them", async () => {
  const admin = await makeAdmin(1);
  await insertCertificates(admin.accountId, [old]);
  const { undo } = await breakDeletions("53100");
  await database().execute(sql`alter table webhook_deliveries add constraint refused check (body = '') not valid`);
  const { runId } = await runOf(admin);
  await undo();
  const status = async () =>
    (await database().select({ status: cleanupRuns.status }).from(cleanupRuns).where(eq(cleanupRuns.id, runId)))[0]
      ?.status;
  expect([await status(), await messagesOf(admin)]).toEqual(["running", []]);
  await database().execute(sql`alter table webhook_deliveries drop constraint refused`);
  await markInterrupted(new Date(now.getTime() + 61_000));
  expect([await status(), await messagesOf(admin)]).toEqual([
    "interrupted",
    [{ event: "cleanup.interrupted", runId, status: "pending" }],
  ]);
});

test("what is announced in a transaction that is rolled back is never sent", async () => {
  const admin = await makeAdmin(1);
  const runId = await insertRun(admin.accountId, { status: "failed" });
  const undone = database().transaction(async (tx) => {
    await announceRun(tx, { accountId: admin.accountId, runId, event: "cleanup.failed", now });
    throw new Error("undone");
  });
  await expect(undone).rejects.toThrow("undone");
  expect(await messagesOf(admin)).toEqual([]);
});

test("a webhook that is being deleted does not keep a run from being announced to the others", async () => {
  const admin = await makeAdmin(2);
  const { accountId } = admin;
  const runId = await insertRun(accountId, { status: "failed" });
  const { rows } = await database().execute<{ id: string }>(
    sql`select id from webhooks where account_id = ${accountId} order by id limit 1`,
  );
  const deleted = rows[0]?.id ?? "";
  let announcing: Promise<void> = Promise.resolve();
  await database().transaction(async (tx) => {
    await tx.execute(sql`delete from webhooks where id = ${deleted}`);
    announcing = announceRun(database(), { accountId, runId, event: "cleanup.failed", now });
    await tx.execute(sql`select pg_sleep(0.3)`);
  });
  await announcing;
  expect(await messagesOf(admin)).toHaveLength(1);
  await expect(deleteWebhook(admin, { webhookId: deleted, now })).rejects.toThrow("There is no such webhook.");
});

test("two servers on one database send each message once", async () => {
  const admin = await makeAdmin(3);
  const { accountId } = admin;
  const connectionString = process.env.DATABASE_URL ?? "";
  const workers = [1, 2].map(() => openWorker({ connectionString, clock: () => new Date() }));
  const runIds: string[] = [];
  for (let index = 0; index < 6; index += 1) {
    const runId = await insertRun(accountId, { status: "failed" });
    runIds.push(runId);
    await database().transaction((tx) =>
      announceRun(tx, { accountId, runId, event: "cleanup.failed", now: new Date() }),
    );
  }
  const ours = () => receiver.received.filter(({ body }) => body.includes(accountId));
  await expect.poll(() => ours().length, { timeout: 60_000, interval: 200 }).toBe(18);
  await database().execute(sql`select graphile_worker.add_job('notifications_tick')`);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await Promise.all(workers.map((worker) => worker.stop()));
  const told = ours().map(({ path, body }) => `${path} ${runIds.find((runId) => body.includes(runId))}`);
  expect(told).toHaveLength(18);
  expect(new Set(told).size).toBe(18);
  expect((await messagesOf(admin)).map(({ status }) => status)).toEqual(Array(18).fill("delivered"));
});
