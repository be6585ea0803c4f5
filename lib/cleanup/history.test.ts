import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { cleanupSkips } from "@/drizzle/schema/cleanup";
import { useTestDatabase } from "@/drizzle/test-database";
import {
  insertCertificate,
  insertPerson,
  insertRemoval,
  insertRemovals,
  insertRun,
  TEST_NOW,
} from "@/drizzle/test-rows";
import { PAGE_SIZE } from "@/lib/certificates/rules";
import { acknowledgeRun } from "@/lib/cleanup/commands";
import { listRuns, listSkips, readAlarm, readRun } from "@/lib/cleanup/history";
import { newId } from "@/lib/ids";
import { listRemovalsOfRun } from "@/lib/removal/queries";

useTestDatabase();

const START = { after: null, before: null };
const later = (minutes: number) => new Date(TEST_NOW.getTime() + minutes * 60_000);

describe("the history of runs", () => {
  test("has every run, newest first, also those of one moment, and nobody else's", async () => {
    const admin = await insertPerson({ role: "admin" });
    const stranger = await insertPerson({ role: "admin" });
    const ids: string[] = [];
    for (let index = 0; index < PAGE_SIZE + 5; index += 1) {
      ids.push(await insertRun(admin.accountId, { startedAt: later(Math.floor(index / 3)) }));
    }
    await insertRun(stranger.accountId);
    const first = await listRuns(admin, START);
    const second = await listRuns(admin, { after: first.next, before: null });
    expect([...first.rows, ...second.rows].map((run) => run.id)).toEqual(ids.reverse());
    expect(second.next).toBeNull();
    expect((await listRuns(admin, { after: null, before: second.previous })).rows).toEqual(first.rows);
  });

  test("knows one run, and whether a later one began", async () => {
    const admin = await insertPerson({ role: "admin" });
    const stranger = await insertPerson({ role: "admin" });
    const runId = await insertRun(admin.accountId, { status: "held", heldRemovable: 150, heldInventory: 200 });
    const held = { removable: 150, inventory: 200 };
    expect(await readRun(admin, runId)).toMatchObject({ run: { id: runId, held, approvedAt: null }, isLatest: true });
    await insertRun(stranger.accountId, { startedAt: later(5) });
    expect(await readRun(admin, runId)).toMatchObject({ isLatest: true });
    await insertRun(admin.accountId, { startedAt: later(5) });
    expect(await readRun(admin, runId)).toMatchObject({ isLatest: false });
    expect(await readRun(stranger, runId)).toBeNull();
    expect(await readRun(admin, newId())).toBeNull();
  });
});

describe("the certificates of a run", () => {
  test("that were skipped stand under their reason, and say when they have gone since", async () => {
    const { accountId, ...admin } = await insertPerson({ role: "admin" });
    const scope = { ...admin, accountId };
    const runId = await insertRun(accountId);
    const there = await insertCertificate(accountId, { name: "there" });
    const gone = await insertRemoval(accountId, { name: "gone" });
    const refused = await insertCertificate(accountId, { name: "refused" });
    const row = (reason: "deployed" | "failed", { id, name }: { id: string; name: string }, error: string | null) => ({
      ...{ accountId, runId, reason, certificateId: id, name, error },
    });
    await database()
      .insert(cleanupSkips)
      .values([row("deployed", there, null), row("deployed", gone, null), row("failed", refused, "held by a signer")]);
    const list = async (reason: "deployed" | "synced" | "failed") =>
      (await listSkips(scope, { runId, reason }, START)).rows;
    expect(await list("deployed")).toEqual([
      { id: there.id, name: "there", error: null, isGone: false },
      { id: gone.id, name: "gone", error: null, isGone: true },
    ]);
    expect(await list("failed")).toMatchObject([{ id: refused.id, error: "held by a signer", isGone: false }]);
    expect(await list("synced")).toEqual([]);
    const stranger = await insertPerson({ role: "admin" });
    expect((await listSkips(stranger, { runId, reason: "deployed" }, START)).rows).toEqual([]);
  });

  test("that were removed are those of its removal records, page by page", async () => {
    const admin = await insertPerson({ role: "admin" });
    const stranger = await insertPerson({ role: "admin" });
    const runId = await insertRun(admin.accountId);
    const other = await insertRun(admin.accountId);
    const of = (id: string | null, amount: number) => Array.from({ length: amount }, () => ({ runId: id }));
    const made = await insertRemovals(admin.accountId, of(runId, PAGE_SIZE + 3));
    await insertRemovals(admin.accountId, [...of(other, 2), ...of(null, 2)]);
    const first = await listRemovalsOfRun(admin, runId, START);
    const second = await listRemovalsOfRun(admin, runId, { after: first.next, before: null });
    expect([...first.rows, ...second.rows].map((row) => row.id)).toEqual(made.map((row) => row.id));
    expect(first.rows[0]).toMatchObject({ runId, reason: "Expired 41 days before" });
    expect((await listRemovalsOfRun(stranger, runId, START)).rows).toEqual([]);
  });
});

describe("what product admins are told of", () => {
  const held = { status: "held", heldRemovable: 150, heldInventory: 200 } as const;

  test.each([
    [{ status: "failed" }, "failed"],
    [{ status: "interrupted" }, "interrupted"],
    [held, "held"],
    [{ status: "succeeded" }, undefined],
    [{ status: "succeeded_with_errors" }, undefined],
    [{ status: "stopped" }, undefined],
  ] as const)("after a run with %o it is %s", async (run, expected) => {
    const admin = await insertPerson({ role: "admin" });
    await insertRun(admin.accountId, run);
    expect((await readAlarm(admin))?.status).toBe(expected);
    expect(await readAlarm(await insertPerson({ role: "admin" }))).toBeNull();
  });

  test("goes away when somebody has seen it, or when a later run ended well; a running one changes nothing", async () => {
    const admin = await insertPerson({ role: "admin" });
    const first = await insertRun(admin.accountId, { status: "failed" });
    await insertRun(admin.accountId, { status: "running", finishedAt: null, startedAt: later(1) });
    expect(await readAlarm(admin)).toEqual({ runId: first, status: "failed", endedAt: TEST_NOW });
    await acknowledgeRun(admin, { runId: first, now: later(2) });
    expect(await readAlarm(admin)).toBeNull();
    const second = await insertRun(admin.accountId, { status: "interrupted", startedAt: later(3) });
    expect((await readAlarm(admin))?.runId).toBe(second);
    await insertRun(admin.accountId, { status: "succeeded", startedAt: later(4) });
    expect(await readAlarm(admin)).toBeNull();
  });

  test("is read from the index by time, whatever the length of the history", async () => {
    const admin = await insertPerson({ role: "admin" });
    for (let index = 0; index < 300; index += 1) await insertRun(admin.accountId, { startedAt: later(index) });
    await database().execute(sql`analyze cleanup_runs`);
    const { rows } = await database().execute(sql`explain select id from cleanup_runs
      where account_id = ${admin.accountId} and finished_at is not null order by started_at desc, id desc limit 1`);
    expect(JSON.stringify(rows)).toContain("cleanup_runs_time_idx");
  });
});
