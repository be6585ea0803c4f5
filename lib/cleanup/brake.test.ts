import { count, eq } from "drizzle-orm";
import { runMigrations } from "graphile-worker";
import { beforeAll, describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { cleanupRuns } from "@/drizzle/schema/cleanup";
import { removals } from "@/drizzle/schema/removals";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificates, insertDeployment, insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { mintJobScope, type PersonScope } from "@/lib/auth/scope";
import { approveRun, saveSettings } from "@/lib/cleanup/commands";
import { CLEANUP_DEFAULTS, isHeld } from "@/lib/cleanup/rules";
import { carryOut } from "@/lib/cleanup/run";
import { claimApprovedRun, claimRequestedRun } from "@/lib/cleanup/schedule";
import { env } from "@/lib/env";
import { newId } from "@/lib/ids";
import { JOB_SCHEMA } from "@/lib/jobs/queue";

useTestDatabase();
beforeAll(() => runMigrations({ connectionString: env().DATABASE_URL, schema: JOB_SCHEMA }));

const notBefore = new Date("2020-01-01T00:00:00Z");
const old = { notBefore, notAfter: new Date("2024-01-01T00:00:00Z") };
const young = { notBefore, notAfter: new Date("2030-01-01T00:00:00Z") };
const later = (minutes: number) => new Date(TEST_NOW.getTime() + minutes * 60_000);
const at = (now: Date) => ({ clock: () => now, signal: new AbortController().signal });

async function adminWith(amounts: { old: number; young: number }, brakePercent = 50) {
  const admin = await insertPerson({ role: "admin" });
  const many = [...Array<typeof old>(amounts.old).fill(old), ...Array<typeof young>(amounts.young).fill(young)];
  const rows = await insertCertificates(admin.accountId, many);
  await saveSettings(admin, { ...CLEANUP_DEFAULTS, brakePercent, seenUpdatedAt: null, now: TEST_NOW });
  return { admin, rows, scope: mintJobScope(admin.accountId, "Certificate Cleanup") };
}

async function run({ admin, scope }: { admin: PersonScope; scope: ReturnType<typeof mintJobScope> }, now = TEST_NOW) {
  const request = { runId: newId(), startedById: admin.userId, startedByLabel: admin.email };
  const claim = await claimRequestedRun(scope, request, now);
  if (claim === null) throw new Error("the run was not claimed");
  return { runId: claim.runId, status: await carryOut(scope, claim, at(now)) };
}

async function rowOf(runId: string) {
  const [row] = await database().select().from(cleanupRuns).where(eq(cleanupRuns.id, runId));
  return row;
}

async function countOf(table: typeof certificates | typeof removals, accountId: string): Promise<number> {
  const [row] = await database().select({ count: count() }).from(table).where(eq(table.accountId, accountId));
  return row?.count ?? 0;
}

describe("the brake", () => {
  test.each([
    [100, 100, 10, false],
    [101, 202, 50, false],
    [101, 201, 50, true],
    [101, 1_010, 10, false],
    [102, 1_010, 10, true],
    [1_000, 1_000, 100, false],
  ])("%i of %i at %i %%: held is %s", (removable, inventory, percent, expected) => {
    expect(isHeld({ removable, inventory }, percent)).toBe(expected);
  });

  test.each([
    [{ old: 101, young: 101 }, 50, "succeeded"],
    [{ old: 101, young: 100 }, 50, "held"],
    [{ old: 100, young: 0 }, 50, "succeeded"],
    [{ old: 120, young: 0 }, 100, "succeeded"],
    [{ old: 101, young: 908 }, 10, "held"],
  ])("a run over %o with %i %% ends %s", async (amounts, percent, expected) => {
    const world = await adminWith(amounts, percent);
    const { status } = await run(world);
    expect(status).toBe(expected);
    const removed = expected === "held" ? 0 : amounts.old;
    expect(await countOf(removals, world.admin.accountId)).toBe(removed);
    expect(await countOf(certificates, world.admin.accountId)).toBe(amounts.old + amounts.young - removed);
  });

  test("counts what would go, not what is merely old", async () => {
    const world = await adminWith({ old: 110, young: 0 });
    for (const row of world.rows.slice(0, 60)) await insertDeployment(world.admin.accountId, row.id);
    expect(await run(world)).toMatchObject({ status: "succeeded" });
    expect(await countOf(certificates, world.admin.accountId)).toBe(60);
  });

  test("says what it saw", async () => {
    const world = await adminWith({ old: 150, young: 50 });
    const { runId } = await run(world);
    const row = await rowOf(runId);
    expect(row).toMatchObject({
      status: "held",
      heldRemovable: 150,
      heldInventory: 200,
      removed: 0,
      finishedAt: TEST_NOW,
    });
    expect(row?.error).toContain("150 of 200 certificates (75 %), more than the 50 %");
  });
});

describe("a held run", () => {
  test("goes on when it is approved, with the cutoff it was held with, and only once", async () => {
    const world = await adminWith({ old: 150, young: 0 });
    const { runId } = await run(world);
    await approveRun(world.admin, { runId, now: later(1) });
    await expect(approveRun(world.admin, { runId, now: later(1) })).rejects.toThrow("approved already");
    const claims = await Promise.all([1, 2, 3].map(() => claimApprovedRun(world.scope, runId, later(2))));
    const [claim, ...more] = claims.filter((one) => one !== null);
    expect(more).toEqual([]);
    if (claim === undefined) throw new Error("nobody has the run");
    expect(await carryOut(world.scope, claim, at(later(3)))).toBe("succeeded");
    const held = await rowOf(runId);
    expect(held).toMatchObject({ status: "succeeded", removed: 150, approvedByLabel: world.admin.email, error: null });
    expect(held?.cutoff).toEqual(claim.cutoff);
    expect(await countOf(removals, world.admin.accountId)).toBe(150);
  });

  test("cannot be approved once a later run has begun, nor by another account", async () => {
    const world = await adminWith({ old: 150, young: 0 });
    const first = await run(world);
    const stranger = await insertPerson({ role: "admin" });
    await expect(approveRun(stranger, { runId: first.runId, now: later(1) })).rejects.toThrow("no such run");
    await run(world, later(1));
    await expect(approveRun(world.admin, { runId: first.runId, now: later(2) })).rejects.toThrow("later run");
    expect(await countOf(removals, world.admin.accountId)).toBe(0);
  });

  test("whose place was taken between approval and beginning does not begin", async () => {
    const world = await adminWith({ old: 150, young: 0 });
    const { runId } = await run(world);
    await approveRun(world.admin, { runId, now: later(1) });
    await run(world, later(2));
    expect(await claimApprovedRun(world.scope, runId, later(3))).toBeNull();
    expect(await rowOf(runId)).toMatchObject({ status: "held", approvedAt: null });
  });
});
