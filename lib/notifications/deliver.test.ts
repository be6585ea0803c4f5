import { createHmac } from "node:crypto";
import { globalAgent } from "node:https";
import { and, eq, sql } from "drizzle-orm";
import { runMigrations } from "graphile-worker";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { auditEvents } from "@/drizzle/schema/audit";
import { webhooks } from "@/drizzle/schema/notifications";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertPerson, insertRun, TEST_NOW } from "@/drizzle/test-rows";
import { type Receiver, startReceiver } from "@/e2e/receiver";
import type { PersonScope } from "@/lib/auth/scope";
import { newId } from "@/lib/ids";
import { JOB_SCHEMA } from "@/lib/jobs/queue";
import { announceRun, sendAgain, sendTest } from "@/lib/notifications/commands";
import { deliver } from "@/lib/notifications/deliver";
import { listDeliveries } from "@/lib/notifications/queries";
import { ATTEMPTS_MAX } from "@/lib/notifications/rules";
import { addWebhook, enableWebhook, renewSecret } from "@/lib/notifications/webhooks";

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
  receiver.answerWith({ status: 204 });
});
afterAll(() => receiver.stop());

const firstPage = { after: null, before: null };
const later = (seconds: number) => new Date(TEST_NOW.getTime() + seconds * 1_000);

/** An admin with one webhook at the receiver. */
async function makeWebhook() {
  const admin = await insertPerson({ role: "admin" });
  return { admin, ...(await addWebhook(admin, { url: `${receiver.origin}/hook`, now: TEST_NOW })) };
}

async function announce(admin: PersonScope) {
  const { accountId } = admin;
  const counts = { removed: 12, skippedDeployed: 3, skippedSynced: 4, failed: 1 };
  const runId = await insertRun(accountId, { status: "failed", error: "The disk is full.", ...counts });
  await database().transaction((tx) => announceRun(tx, { accountId, runId, event: "cleanup.failed", now: TEST_NOW }));
  return { runId, key: { accountId, deliveryId: await latestOf(admin) } };
}

async function logOf(admin: PersonScope) {
  return (await listDeliveries(admin, firstPage)).rows;
}

async function latestOf(admin: PersonScope): Promise<string> {
  return (await logOf(admin))[0]?.id ?? "";
}

async function jobRunsAt(deliveryId: string): Promise<Date[]> {
  const { rows } = await database().execute<{ run_at: string }>(sql`select run_at::text from graphile_worker.jobs
    where key = ${`webhook_delivery:${deliveryId}`}`);
  return rows.map((row) => new Date(row.run_at));
}

/** As docs/notifications.md tells receivers to check, without a line of the sender's. */
function isGenuine(secret: string, { headers, body }: Receiver["received"][number]): boolean {
  const parts = String(headers["certsweep-signature"]).split(",");
  const [seconds = "", signature = ""] = parts.map((part) => part.slice(part.indexOf("=") + 1));
  return createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex") === signature;
}

test("what is announced arrives signed, with what happened to the run and where to read on", async () => {
  const { admin, secret } = await makeWebhook();
  const { runId, key } = await announce(admin);
  await deliver(key, () => later(5));
  expect(receiver.received).toHaveLength(1);
  const [message] = receiver.received;
  if (message === undefined) throw new Error("nothing arrived");
  expect(message.headers).toMatchObject({
    "content-type": "application/json",
    "certsweep-event": "cleanup.failed",
    "certsweep-delivery": key.deliveryId,
    "certsweep-signature": expect.stringMatching(/^t=\d{10},v1=[0-9a-f]{64}$/),
  });
  expect(message.headers["certsweep-signature"]).toContain(`t=${later(5).getTime() / 1_000},`);
  expect(isGenuine(secret, message)).toBe(true);
  expect(isGenuine(secret, { ...message, body: message.body.replace("12", "13") })).toBe(false);
  expect(JSON.parse(message.body)).toEqual({
    event: "cleanup.failed",
    id: key.deliveryId,
    time: TEST_NOW.toISOString(),
    account: { id: admin.accountId, name: "Example" },
    run: {
      ...{
        id: runId,
        status: "failed",
        trigger: "person",
        removed: 12,
        skipped: { deployed: 3, synced: 4 },
        failed: 1,
      },
      ...{ startedAt: TEST_NOW.toISOString(), finishedAt: TEST_NOW.toISOString(), error: "The disk is full." },
      url: `http://127.0.0.1:3000/settings/cleanup/runs/${runId}`,
    },
  });
  expect(await logOf(admin)).toMatchObject([
    {
      ...{ id: key.deliveryId, event: "cleanup.failed", status: "delivered", runId, attempts: 1, nextAttemptAt: null },
      log: [{ number: 1, at: later(5), httpStatus: 204, problem: null, milliseconds: 0 }],
    },
  ]);
  await deliver(key, () => later(5_000));
  expect(receiver.received).toHaveLength(1);
});

test("a delivery that fails is tried again later and later with the same id and body, and then fails for good", async () => {
  const { admin } = await makeWebhook();
  const { key } = await announce(admin);
  receiver.answerWith({ status: 503, body: "down" });
  let now = TEST_NOW;
  const times: number[] = [];
  for (let attempt = 1; attempt < ATTEMPTS_MAX; attempt += 1) {
    await deliver(key, () => now);
    // Asked too early, nothing is sent.
    await deliver(key, () => new Date(now.getTime() - 60_000));
    const [row] = await logOf(admin);
    expect(row).toMatchObject({ status: "pending", attempts: attempt });
    now = row?.nextAttemptAt ?? now;
    expect(await jobRunsAt(key.deliveryId)).toEqual([now]);
    times.push((now.getTime() - TEST_NOW.getTime()) / 1_000);
  }
  expect(times).toEqual([10, 40, 160, 760, 2_560, 6_160, 13_360]);
  await deliver(key, () => now);
  const [row] = await logOf(admin);
  expect(row).toMatchObject({ status: "failed", attempts: ATTEMPTS_MAX, nextAttemptAt: null });
  expect(row?.log.map(({ number, httpStatus, problem }) => [number, httpStatus, problem])).toEqual(
    Array.from({ length: ATTEMPTS_MAX }, (_, index) => [ATTEMPTS_MAX - index, 503, "It answered 503."]),
  );
  expect(new Set(receiver.received.map(({ headers }) => headers["certsweep-delivery"]))).toEqual(
    new Set([key.deliveryId]),
  );
  expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  expect(receiver.received).toHaveLength(ATTEMPTS_MAX);
});

test("a failed delivery is sent again on request, and its log goes on", async () => {
  const { admin, webhookId } = await makeWebhook();
  receiver.answerWith({ status: 500 });
  const { deliveryId } = await sendTest(admin, { webhookId, now: TEST_NOW });
  const key = { accountId: admin.accountId, deliveryId };
  await expect(sendAgain(admin, { deliveryId, now: TEST_NOW })).rejects.toThrow("Only a delivery that has failed");
  await deliver(key, () => TEST_NOW);
  expect(await logOf(admin)).toMatchObject([{ status: "failed", attempts: 1 }]);

  const stranger = await insertPerson({ role: "admin" });
  const refusals = [deliveryId, newId()].map((id) => sendAgain(stranger, { deliveryId: id, now: TEST_NOW }));
  expect(await Promise.all(refusals.map((refusal) => refusal.catch(String)))).toEqual(
    Array(2).fill("AppError: There is no such delivery any more. Reload the page."),
  );
  await enableWebhook(admin, { webhookId, enabled: false, now: TEST_NOW });
  await expect(sendAgain(admin, { deliveryId, now: TEST_NOW })).rejects.toThrow("Its webhook is disabled.");
  await enableWebhook(admin, { webhookId, enabled: true, now: TEST_NOW });

  receiver.answerWith({ status: 200 });
  await sendAgain(admin, { deliveryId, now: later(60) });
  await deliver(key, () => later(60));
  expect(await logOf(admin)).toMatchObject([
    {
      status: "delivered",
      attempts: 2,
      log: [
        { number: 2, httpStatus: 200 },
        { number: 1, httpStatus: 500 },
      ],
    },
  ]);
  const events = await database()
    .select({ action: auditEvents.action, details: auditEvents.details })
    .from(auditEvents)
    .where(and(eq(auditEvents.accountId, admin.accountId), eq(auditEvents.action, "webhook.sent_again")));
  expect(events).toEqual([
    { action: "webhook.sent_again", details: { event: "test", host: `localhost:${receiver.port}` } },
  ]);
});

test("a disabled webhook is not called: what is on its way fails, new runs are not announced, a test is refused", async () => {
  const { admin, webhookId } = await makeWebhook();
  const { key } = await announce(admin);
  await enableWebhook(admin, { webhookId, enabled: false, now: TEST_NOW });
  await deliver(key, () => TEST_NOW);
  await announce(admin);
  await expect(sendTest(admin, { webhookId, now: TEST_NOW })).rejects.toThrow("This webhook is disabled.");
  const log = await logOf(admin);
  expect(log).toMatchObject([{ status: "failed", log: [{ httpStatus: null, problem: /^Its webhook was disabled/ }] }]);
  expect(receiver.received).toEqual([]);
});

test("a renewed secret signs the next attempt", async () => {
  const { admin, webhookId, secret } = await makeWebhook();
  const { key } = await announce(admin);
  const renewed = await renewSecret(admin, { webhookId, now: TEST_NOW });
  await deliver(key, () => TEST_NOW);
  const [message] = receiver.received;
  if (message === undefined) throw new Error("nothing arrived");
  expect([isGenuine(secret, message), isGenuine(renewed.secret, message)]).toEqual([false, true]);
});

test("a secret that this server cannot decrypt is a problem in the log, not a message without a signature", async () => {
  const { admin, webhookId } = await makeWebhook();
  const { key } = await announce(admin);
  await database().update(webhooks).set({ secretKeyId: "0123456789abcdef" }).where(eq(webhooks.id, webhookId));
  await deliver(key, () => TEST_NOW);
  const [row] = await logOf(admin);
  expect(row?.log[0]?.problem).toMatch(/^A secret was encrypted with key 0123456789abcdef, and this server has key /);
  expect(row?.status).toBe("pending");
  expect(receiver.received).toEqual([]);
});

test("a delivery is sent by one of those that try at the same moment", async () => {
  const { admin } = await makeWebhook();
  const { key } = await announce(admin);
  await Promise.all(Array.from({ length: 8 }, () => deliver(key, () => TEST_NOW)));
  expect(receiver.received).toHaveLength(1);
  expect(await logOf(admin)).toMatchObject([{ status: "delivered", attempts: 1 }]);
});

test("a worker whose lease ended writes nothing over what another has noted", async () => {
  const { admin } = await makeWebhook();
  const { key } = await announce(admin);
  receiver.answerWith(null);
  const slow = deliver(key, () => TEST_NOW);
  await expect.poll(() => receiver.received.length, { timeout: 10_000 }).toBe(1);
  receiver.answerWith({ status: 200 });
  await deliver(key, () => later(61));
  await slow;
  expect(await logOf(admin)).toMatchObject([
    { status: "delivered", attempts: 1, log: [{ number: 1, at: later(61), httpStatus: 200 }] },
  ]);
});
