import { eq, sql } from "drizzle-orm";
import { runMigrations } from "graphile-worker";
import { beforeAll, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { webhookDeliveries } from "@/drizzle/schema/notifications";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { newId } from "@/lib/ids";
import { JOB_SCHEMA } from "@/lib/jobs/queue";
import { sendTest } from "@/lib/notifications/commands";
import { notificationTasks } from "@/lib/notifications/job";
import { listDeliveries, listWebhooks } from "@/lib/notifications/queries";
import { LOG_DAYS, LOG_PAGE_SIZE } from "@/lib/notifications/rules";
import { addWebhook, deleteWebhook } from "@/lib/notifications/webhooks";

useTestDatabase();
beforeAll(() => runMigrations({ connectionString: process.env.DATABASE_URL ?? "", schema: JOB_SCHEMA }));

const DAY_MS = 86_400_000;
const firstPage = { after: null, before: null };
const before = (milliseconds: number) => new Date(TEST_NOW.getTime() - milliseconds);
const tickAt = (now: Date) => notificationTasks({ clock: () => now }).notifications_tick();

async function makeWebhook() {
  const admin = await insertPerson({ role: "admin" });
  return { admin, ...(await addWebhook(admin, { url: "https://hooks.example.test/", now: TEST_NOW })) };
}

/** Delivered tests, made at these moments. */
async function insertDeliveries({ accountId, webhookId }: { accountId: string; webhookId: string }, moments: Date[]) {
  const rows = moments.map((createdAt) => ({
    ...{ accountId, webhookId, id: newId(), event: "test" as const, body: "{}", status: "delivered" as const },
    ...{ attemptsLeft: 0, createdAt },
  }));
  await database().insert(webhookDeliveries).values(rows);
  return rows.map(({ id }) => id);
}

test("the log has pages, newest first, that lead forth and back, and is the account's own", async () => {
  const { admin, webhookId } = await makeWebhook();
  const moments = Array.from({ length: LOG_PAGE_SIZE * 2 + 1 }, () => TEST_NOW);
  const ids = await insertDeliveries({ accountId: admin.accountId, webhookId }, moments);
  const first = await listDeliveries(admin, firstPage);
  const second = await listDeliveries(admin, { after: first.older, before: null });
  const third = await listDeliveries(admin, { after: second.older, before: null });
  const pages = [first, second, third].map(({ rows }) => rows.map((row) => row.id));
  expect(pages.flat()).toEqual(ids.toReversed());
  expect(pages.map((page) => page.length)).toEqual([LOG_PAGE_SIZE, LOG_PAGE_SIZE, 1]);
  expect([first.newer, third.older]).toEqual([null, null]);
  expect((await listDeliveries(admin, { after: null, before: third.newer })).rows).toEqual(second.rows);
  expect(await listDeliveries(admin, { after: null, before: second.newer })).toEqual(first);
  expect((await listDeliveries(await insertPerson({ role: "admin" }), firstPage)).rows).toEqual([]);
});

test("a webhook is listed with its latest delivery, and its log goes with it", async () => {
  const { admin, webhookId } = await makeWebhook();
  await insertDeliveries({ accountId: admin.accountId, webhookId }, [before(5), before(3)]);
  expect(await listWebhooks(admin)).toMatchObject([{ last: { event: "test", status: "delivered", at: before(3) } }]);
  await sendTest(admin, { webhookId, now: TEST_NOW });
  expect(await listWebhooks(admin)).toMatchObject([{ last: { event: "test", status: "pending", at: TEST_NOW } }]);
  await deleteWebhook(admin, { webhookId, now: TEST_NOW });
  expect((await listDeliveries(admin, firstPage)).rows).toEqual([]);
});

test(`what is older than ${LOG_DAYS} days is forgotten, to the millisecond`, async () => {
  const { admin, webhookId } = await makeWebhook();
  const limit = LOG_DAYS * DAY_MS;
  const moments = [before(limit + 1), before(limit), before(limit - 1)];
  const [, ...kept] = await insertDeliveries({ accountId: admin.accountId, webhookId }, moments);
  await tickAt(TEST_NOW);
  const left = await database().select().from(webhookDeliveries).where(eq(webhookDeliveries.webhookId, webhookId));
  expect(left.map(({ id }) => id).sort()).toEqual(kept);
});

test("what a dead server held is asked for again once it is a minute overdue, and not before", async () => {
  const { admin, webhookId } = await makeWebhook();
  const { deliveryId } = await sendTest(admin, { webhookId, now: TEST_NOW });
  const countJobs = async () => {
    const { rows } = await database().execute(
      sql`select from graphile_worker.jobs where key = ${`webhook_delivery:${deliveryId}`}`,
    );
    return rows.length;
  };
  await database().execute(sql`delete from graphile_worker._private_jobs`);
  await tickAt(before(-60_000));
  expect(await countJobs()).toBe(0);
  await tickAt(before(-60_001));
  await tickAt(before(-120_000));
  expect(await countJobs()).toBe(1);
});
