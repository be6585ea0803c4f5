import { and, eq } from "drizzle-orm";
import { afterEach, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { cleanupRuns, cleanupSettings } from "@/drizzle/schema/cleanup";
import { removals } from "@/drizzle/schema/removals";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificates, insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { mintJobScope, type PersonScope } from "@/lib/auth/scope";
import { isDue } from "@/lib/cleanup/predicates";
import { BATCH_SIZE, CLEANUP_DEFAULTS, dayOf, dueSlot, HEARTBEAT_LIMIT_MS } from "@/lib/cleanup/rules";
import { carryOut } from "@/lib/cleanup/run";
import { type Claim, claimDueRun, claimRequestedRun, listDueAccounts, markInterrupted } from "@/lib/cleanup/schedule";
import { newId } from "@/lib/ids";

useTestDatabase();

const old = { notBefore: new Date("2020-01-01T00:00:00Z"), notAfter: new Date("2026-01-01T00:00:00Z") };
const quietly = { clock: () => TEST_NOW, signal: new AbortController().signal };
const shifted = (milliseconds: number, from = TEST_NOW) => new Date(from.getTime() + milliseconds);
const DAY_MS = 86_400_000;

// What is due is asked over all accounts, so no test leaves one that is.
afterEach(async () => {
  await database().update(cleanupSettings).set({ enabled: false });
});

const jobScope = (admin: PersonScope) => mintJobScope(admin.accountId, "Certificate Cleanup");

async function claimFor(admin: PersonScope) {
  const scope = jobScope(admin);
  const request = { runId: newId(), startedById: admin.userId, startedByLabel: admin.email };
  const claim = await claimRequestedRun(scope, request, TEST_NOW);
  if (claim === null) throw new Error("the run was not claimed");
  return { scope, claim };
}

/** A run that its admin asked for, with so many old certificates before it; claimed and not begun. */
async function claimedRun(certificateCount: number) {
  const admin = await insertPerson({ role: "admin" });
  await insertCertificates(
    admin.accountId,
    Array.from({ length: certificateCount }, () => old),
  );
  const row = { ...CLEANUP_DEFAULTS, brakePercent: 100, scheduledFrom: TEST_NOW, updatedAt: TEST_NOW };
  await database()
    .insert(cleanupSettings)
    .values({ accountId: admin.accountId, ...row });
  return { admin, ...(await claimFor(admin)) };
}

/** An admin whose cleanup is on, daily at 02:00, since `scheduledFrom`. */
async function scheduledAdmin(scheduledFrom = shifted(-30 * DAY_MS)) {
  const admin = await insertPerson({ role: "admin" });
  const row = { ...CLEANUP_DEFAULTS, enabled: true, scheduledFrom, updatedAt: scheduledFrom };
  await database()
    .insert(cleanupSettings)
    .values({ accountId: admin.accountId, ...row });
  return admin;
}

async function runOf({ runId }: Claim) {
  const [run] = await database().select().from(cleanupRuns).where(eq(cleanupRuns.id, runId));
  if (run === undefined) throw new Error("there is no such run");
  return run;
}

async function countLeft(accountId: string) {
  return database().$count(certificates, eq(certificates.accountId, accountId));
}

async function countRecords(accountId: string, { runId }: Claim) {
  return database().$count(removals, and(eq(removals.accountId, accountId), eq(removals.runId, runId)));
}

test("a server that stops ends its run within one batch as interrupted, and the next run does the rest", async () => {
  const { admin, scope, claim } = await claimedRun(BATCH_SIZE + 200);
  const stopping = new AbortController();
  const clock = () => {
    stopping.abort();
    return TEST_NOW;
  };
  expect(await carryOut(scope, claim, { clock, signal: stopping.signal })).toBe("interrupted");
  expect(await runOf(claim)).toMatchObject({ status: "interrupted", removed: BATCH_SIZE, finishedAt: TEST_NOW });
  expect((await runOf(claim)).error).toMatch(/^The server was stopped .*; the next run does the rest\.$/);
  const next = await claimFor(admin);
  expect(await carryOut(next.scope, next.claim, quietly)).toBe("succeeded");
  expect(await runOf(next.claim)).toMatchObject({ removed: 200 });
  expect(await countLeft(admin.accountId)).toBe(0);
});

test("a worker that lost its claim removes nothing more", async () => {
  const { admin, scope, claim } = await claimedRun(3_000);
  let batches = 0;
  let ending: Promise<unknown> = Promise.resolve();
  const clock = () => {
    batches += 1;
    if (batches === 2) {
      ending = database()
        .update(cleanupRuns)
        .set({ status: "interrupted", finishedAt: TEST_NOW })
        .where(eq(cleanupRuns.id, claim.runId))
        .then();
    }
    return TEST_NOW;
  };
  expect(await carryOut(scope, claim, { ...quietly, clock })).toBe("claim_lost");
  await ending;
  const run = await runOf(claim);
  expect(run.status).toBe("interrupted");
  expect(run.removed).toBeLessThan(3_000);
  expect(await countRecords(admin.accountId, claim)).toBe(run.removed);

  const late = await carryOut(scope, claim, quietly);
  expect(late).toBe("claim_lost");
  expect(await countRecords(admin.accountId, claim)).toBe(run.removed);
});

test("of many who claim a run of one account at once exactly one gets it", async () => {
  const admin = await scheduledAdmin();
  const request = () => ({ runId: newId(), startedById: admin.userId, startedByLabel: admin.email });
  const claims = await Promise.all([
    ...[1, 2, 3].map(() => claimDueRun(jobScope(admin), TEST_NOW)),
    ...[1, 2, 3].map(() => claimRequestedRun(jobScope(admin), request(), TEST_NOW)),
  ]);
  expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
});

test("a day runs once, also when it is asked for again later that day", async () => {
  const admin = await scheduledAdmin();
  const claim = await claimDueRun(jobScope(admin), TEST_NOW);
  if (claim === null) throw new Error("the run was not claimed");
  await carryOut(jobScope(admin), claim, quietly);
  expect(await runOf(claim)).toMatchObject({
    trigger: "schedule",
    slotOn: dayOf(TEST_NOW),
    startedByLabel: "Schedule",
  });
  expect(await claimDueRun(jobScope(admin), shifted(3_600_000))).toBeNull();
  expect(await claimDueRun(jobScope(admin), shifted(DAY_MS))).not.toBeNull();
});

test("a request that a killed worker left behind does not run a second time", async () => {
  const admin = await insertPerson({ role: "admin" });
  const request = { runId: newId(), startedById: admin.userId, startedByLabel: admin.email };
  const claim = await claimRequestedRun(jobScope(admin), request, TEST_NOW);
  if (claim === null) throw new Error("the run was not claimed");
  await carryOut(jobScope(admin), claim, quietly);
  expect(await claimRequestedRun(jobScope(admin), request, shifted(4 * 3_600_000))).toBeNull();
});

test.each([
  [-1, "running"],
  [0, "running"],
  [1, "interrupted"],
])("%i ms past the limit of silence a run is %s", async (offset, status) => {
  const { claim } = await claimedRun(0);
  await markInterrupted(shifted(HEARTBEAT_LIMIT_MS + offset));
  expect((await runOf(claim)).status).toBe(status);
});

test("a run in the middle of a batch is not taken for dead", async () => {
  const { claim } = await claimedRun(0);
  await database().transaction(async (tx) => {
    await tx.update(cleanupRuns).set({ heartbeatAt: TEST_NOW }).where(eq(cleanupRuns.id, claim.runId));
    await markInterrupted(shifted(10 * HEARTBEAT_LIMIT_MS));
  });
  expect((await runOf(claim)).status).toBe("running");
});

test("an interrupted day is due again and its next run does the rest", async () => {
  const admin = await scheduledAdmin();
  await insertCertificates(
    admin.accountId,
    Array.from({ length: 20 }, () => old),
  );
  const lost = await claimDueRun(jobScope(admin), TEST_NOW);
  expect(await listDueAccounts(TEST_NOW, { after: null, limit: 10 })).not.toContain(admin.accountId);
  const later = shifted(HEARTBEAT_LIMIT_MS + 1);
  await markInterrupted(later);
  expect(await listDueAccounts(later, { after: null, limit: 10 })).toContain(admin.accountId);
  const next = await claimDueRun(jobScope(admin), later);
  if (lost === null || next === null) throw new Error("a run was not claimed");
  expect(await carryOut(jobScope(admin), lost, quietly)).toBe("claim_lost");
  expect(await carryOut(jobScope(admin), next, quietly)).toBe("succeeded");
  expect(await runOf(lost)).toMatchObject({ status: "interrupted", removed: 0 });
  expect(await runOf(next)).toMatchObject({ status: "succeeded", removed: 20, slotOn: dayOf(TEST_NOW) });
});

test("the database and the program agree on what is due, to the millisecond", async () => {
  const slot = new Date("2026-11-22T02:00:00Z");
  const begun = [-2 * DAY_MS, -DAY_MS, -1, 0, 1].map((offset) => shifted(offset, slot));
  for (const scheduledFrom of begun) {
    for (const ranOn of [null, "2026-11-20", "2026-11-21", "2026-11-22"]) {
      const admin = await scheduledAdmin(scheduledFrom);
      if (ranOn !== null) await insertEndedRun(admin.accountId, ranOn);
      for (const now of [-DAY_MS, -1, 0, 1, DAY_MS - 1, DAY_MS].map((offset) => shifted(offset, slot))) {
        const schedule = { settings: { enabled: true, dailyAtMinute: 120 }, scheduledFrom, lastSlotOn: ranOn };
        const inDatabase = await database().$count(
          cleanupSettings,
          and(eq(cleanupSettings.accountId, admin.accountId), isDue(now)),
        );
        expect([ranOn, now, inDatabase]).toEqual([ranOn, now, dueSlot(schedule, now) === null ? 0 : 1]);
      }
    }
  }
});

async function insertEndedRun(accountId: string, slotOn: string): Promise<void> {
  const times = { startedAt: TEST_NOW, heartbeatAt: TEST_NOW, finishedAt: TEST_NOW, cutoff: TEST_NOW };
  const values = { retentionDays: 30, skipSynced: true, startedByLabel: "Schedule" };
  await database()
    .insert(cleanupRuns)
    .values({ accountId, id: newId(), trigger: "schedule", status: "succeeded", slotOn, ...times, ...values });
}

test("due accounts come in pages without gaps", async () => {
  const admins = [await scheduledAdmin(), await scheduledAdmin(), await scheduledAdmin()];
  const first = await listDueAccounts(TEST_NOW, { after: null, limit: 2 });
  const second = await listDueAccounts(TEST_NOW, { after: first.at(-1) ?? null, limit: 2 });
  expect([...first, ...second]).toEqual(admins.map((admin) => admin.accountId).sort());
});
