import { eq, sql } from "drizzle-orm";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { database, type Executor } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { cleanupRuns, cleanupSkips } from "@/drizzle/schema/cleanup";
import { removals } from "@/drizzle/schema/removals";
import { useTestDatabase } from "@/drizzle/test-database";
import { untilWaiting } from "@/drizzle/test-locks";
import { insertCertificates, insertDeployment, insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { mintJobScope, type PersonScope, type Scope } from "@/lib/auth/scope";
import { pageRemover } from "@/lib/cleanup/batch";
import { requestStop } from "@/lib/cleanup/commands";
import { type Page, readPages } from "@/lib/cleanup/pages";
import { HEARTBEAT_LIMIT_MS } from "@/lib/cleanup/rules";
import { carryOut } from "@/lib/cleanup/run";
import { type Claim, claimRequestedRun, markInterrupted } from "@/lib/cleanup/schedule";
import { newId } from "@/lib/ids";

// Several pages of a run at the same moment, each on a session of its own.
useTestDatabase();

/** Whoever deletes a certificate of this name does not go on as long as there is a row in `gate`. */
const HELD = "held.example.test";
const old = { notBefore: new Date("2020-01-01T00:00:00Z"), notAfter: new Date("2021-01-01T00:00:00Z") };
const PAGE = 10;

beforeAll(async () => {
  await database().execute(sql`create table gate ()`);
  await database().execute(sql`create function wait_at_gate() returns trigger language plpgsql as
    $$ begin while exists (select from gate) loop perform pg_sleep(0.01); end loop; return null; end $$`);
  await database().execute(
    sql.raw(`create trigger gate after delete on certificates for each row
      when (old.name = '${HELD}') execute function wait_at_gate()`),
  );
});

let admin: PersonScope;
let scope: Scope;
let claim: Claim;
let pages: [Page, Page];

/** A run before two pages, of which the first cannot end while the gate is shut. */
beforeEach(async () => {
  await database().execute(sql`insert into gate default values`);
  admin = await insertPerson({ role: "admin" });
  scope = mintJobScope(admin.accountId, "Certificate Cleanup");
  const made = await insertCertificates(
    admin.accountId,
    Array.from({ length: PAGE * 2 }, (_, index) => (index === 3 ? { ...old, name: HELD } : old)),
  );
  for (const at of [5, PAGE + 5]) await insertDeployment(admin.accountId, made[at]?.id ?? "");
  const request = { runId: newId(), startedById: admin.userId, startedByLabel: admin.email };
  const claimed = await claimRequestedRun(scope, request, TEST_NOW);
  if (claimed === null) throw new Error("the run was not claimed");
  claim = { ...claimed, isApproved: true };
  const next = readPages(scope, claim);
  pages = [await next(PAGE), await next(PAGE)];
});

async function openGate(): Promise<void> {
  await database().execute(sql`delete from gate`);
}

afterEach(openGate);

const remove = (page: Page, now = TEST_NOW) => pageRemover(scope, claim)(page, now);

async function endRun(executor: Executor = database()): Promise<void> {
  const ended = { status: "interrupted", finishedAt: TEST_NOW } as const;
  await executor.update(cleanupRuns).set(ended).where(eq(cleanupRuns.id, claim.runId));
}

/** Until a session stands at the gate. */
async function untilHeld(): Promise<void> {
  const { rows } = await database().execute(sql`select 1 from pg_stat_activity
    where datname = current_database() and wait_event = 'PgSleep'`);
  if (rows.length === 1) return;
  await new Promise((resolve) => setTimeout(resolve, 5));
  return untilHeld();
}

async function state() {
  const { accountId } = admin;
  const [run] = await database().select().from(cleanupRuns).where(eq(cleanupRuns.id, claim.runId));
  return {
    status: run?.status,
    removed: run?.removed,
    deployed: run?.skippedDeployed,
    records: await database().$count(removals, eq(removals.accountId, accountId)),
    noted: await database().$count(cleanupSkips, eq(cleanupSkips.runId, claim.runId)),
    left: await database().$count(certificates, eq(certificates.accountId, accountId)),
  };
}

const NOTHING_DONE = { removed: 0, deployed: 0, records: 0, noted: 0, left: PAGE * 2 };
const ONE_DONE = { removed: PAGE - 1, deployed: 1, records: PAGE - 1, noted: 1, left: PAGE + 1 };
const BOTH_DONE = { removed: PAGE * 2 - 2, deployed: 2, records: PAGE * 2 - 2, noted: 2, left: 2 };

test("a page does not wait for another one that takes long, and both are counted", async () => {
  const slow = remove(pages[0]);
  await untilHeld();
  expect(await remove(pages[1])).toMatchObject({ removed: PAGE - 1 });
  expect(await state()).toEqual({ status: "running", ...ONE_DONE });
  await openGate();
  expect(await slow).toMatchObject({ removed: PAGE - 1 });
  expect(await state()).toEqual({ status: "running", ...BOTH_DONE });
});

test("the heartbeat does not go back when a page that began earlier ends later", async () => {
  const slow = remove(pages[0]);
  await untilHeld();
  const later = new Date(TEST_NOW.getTime() + 5_000);
  await remove(pages[1], later);
  await openGate();
  await slow;
  const [run] = await database().select().from(cleanupRuns).where(eq(cleanupRuns.id, claim.runId));
  expect(run?.heartbeatAt).toEqual(later);
});

test("a run can be ended while a page is being removed, which is undone then", async () => {
  const page = remove(pages[0]);
  await untilHeld();
  await endRun();
  await openGate();
  expect(await page).toBeNull();
  expect(await state()).toEqual({ status: "interrupted", ...NOTHING_DONE });
});

test.each([
  { end: "commit", status: "interrupted", done: NOTHING_DONE },
  { end: "rollback", status: "running", done: ONE_DONE },
])("a page waits for who is ending the run before it is counted, here for a $end", async ({ end, status, done }) => {
  let page: Promise<unknown> = Promise.resolve();
  const ending = database().transaction(async (tx) => {
    await endRun(tx);
    page = remove(pages[1]);
    await untilWaiting();
    if (end === "rollback") tx.rollback();
  });
  await (end === "commit" ? ending : expect(ending).rejects.toThrow());
  expect((await page) === null).toBe(end === "commit");
  expect(await state()).toEqual({ status, ...done });
});

test("who ends the run waits for a page that is counted already", async () => {
  await database().execute(
    sql.raw(`create trigger counted after update of removed on cleanup_runs for each row
      when (new.id = '${claim.runId}') execute function wait_at_gate()`),
  );
  const page = remove(pages[1]);
  await untilHeld();
  const ending = endRun();
  await untilWaiting();
  await openGate();
  await Promise.all([page, ending]);
  await database().execute(sql`drop trigger counted on cleanup_runs`);
  expect(await state()).toEqual({ status: "interrupted", ...ONE_DONE });
});

test("a run in the middle of a page is not taken for dead, however long that takes", async () => {
  const page = remove(pages[0]);
  await untilHeld();
  await markInterrupted(new Date(TEST_NOW.getTime() + 10 * HEARTBEAT_LIMIT_MS));
  expect((await state()).status).toBe("running");
  await openGate();
  expect(await page).not.toBeNull();
  expect(await state()).toEqual({ status: "running", ...ONE_DONE });
});

test("a page that was begun before somebody asked to stop is finished, the one after it is not begun", async () => {
  const page = remove(pages[0]);
  await untilHeld();
  await requestStop(admin, { runId: claim.runId, now: TEST_NOW });
  expect(await remove(pages[1])).toBeNull();
  await openGate();
  expect(await page).not.toBeNull();
  expect(await state()).toEqual({ status: "running", ...ONE_DONE });
});

test("a stale worker's page and its successor's run meet: one of them removes each certificate, and counts it", async () => {
  const stale = remove(pages[0]);
  await untilHeld();
  await endRun();
  const request = { runId: newId(), startedById: admin.userId, startedByLabel: admin.email };
  const next = await claimRequestedRun(scope, request, TEST_NOW);
  if (next === null) throw new Error("the run was not claimed");
  const options = { clock: () => TEST_NOW, signal: new AbortController().signal };
  const going = carryOut(scope, { ...next, isApproved: true }, options);
  await untilWaiting();
  await openGate();
  expect(await stale).toBeNull();
  expect(await going).toBe("succeeded");
  expect(await state()).toMatchObject({ removed: 0, noted: 0, records: PAGE * 2 - 2, left: 2 });
  const [run] = await database().select().from(cleanupRuns).where(eq(cleanupRuns.id, next.runId));
  expect(run).toMatchObject({ removed: PAGE * 2 - 2, skippedDeployed: 2, failed: 0 });
});
