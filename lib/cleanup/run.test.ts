import { and, count, eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { cleanupRuns } from "@/drizzle/schema/cleanup";
import { removals } from "@/drizzle/schema/removals";
import { useTestDatabase } from "@/drizzle/test-database";
import {
  insertCertificate,
  insertCertificates,
  insertDeployment,
  insertPerson,
  insertSync,
  TEST_NOW,
} from "@/drizzle/test-rows";
import { mintJobScope, type PersonScope } from "@/lib/auth/scope";
import { saveSettings } from "@/lib/cleanup/commands";
import { foreseenAt, readEffect } from "@/lib/cleanup/preview";
import { readCleanup } from "@/lib/cleanup/queries";
import { BRAKE_PERCENT_MAX, CLEANUP_DEFAULTS, cutoffOf } from "@/lib/cleanup/rules";
import { carryOut } from "@/lib/cleanup/run";
import { type Claim, claimRequestedRun } from "@/lib/cleanup/schedule";
import { newId } from "@/lib/ids";

useTestDatabase();

const DAYS = 7;
const cutoff = cutoffOf(DAYS, TEST_NOW);
const around = (milliseconds: number) => new Date(cutoff.getTime() + milliseconds);
const longAgo = around(-86_400_000);
const notBefore = new Date("2020-01-01T00:00:00Z");
const old = { notBefore, notAfter: longAgo };
const quietly = { clock: () => TEST_NOW, signal: new AbortController().signal };

/** An account whose admin has asked for a run with seven days; the run is claimed and not begun. */
async function claimedRun(settings: Partial<typeof CLEANUP_DEFAULTS> = {}) {
  const admin = await insertPerson({ role: "admin" });
  await saveSettings(admin, {
    ...CLEANUP_DEFAULTS,
    retentionDays: DAYS,
    brakePercent: BRAKE_PERCENT_MAX,
    ...settings,
    seenUpdatedAt: null,
    now: TEST_NOW,
  });
  return { admin, ...(await claimFor(admin)) };
}

async function claimFor(admin: PersonScope) {
  const scope = mintJobScope(admin.accountId, "Certificate Cleanup");
  const request = { runId: newId(), startedById: admin.userId, startedByLabel: admin.email };
  const claim = await claimRequestedRun(scope, request, TEST_NOW);
  if (claim === null) throw new Error("the run was not claimed");
  return { scope, claim };
}

async function runOf(claim: Claim) {
  const [run] = await database().select().from(cleanupRuns).where(eq(cleanupRuns.id, claim.runId));
  return run;
}

function effectOf(admin: PersonScope, skipSynced: boolean) {
  const run = foreseenAt({ retentionDays: DAYS, skipSynced, at: TEST_NOW });
  return readEffect(admin, { ...run, brakePercent: BRAKE_PERCENT_MAX });
}

async function namesLeft(accountId: string): Promise<string[]> {
  const rows = await database()
    .select({ name: certificates.name })
    .from(certificates)
    .where(eq(certificates.accountId, accountId));
  return rows.map((row) => row.name).sort();
}

async function countRecords(accountId: string, claim: Claim): Promise<number> {
  const [row] = await database()
    .select({ count: count() })
    .from(removals)
    .where(and(eq(removals.accountId, accountId), eq(removals.runId, claim.runId)));
  return row?.count ?? 0;
}

test("a run takes what expired before the cutoff, to the millisecond, and leaves the rest", async () => {
  const { admin, scope, claim } = await claimedRun();
  await insertCertificates(admin.accountId, [
    { name: "before", notBefore, notAfter: around(-1) },
    { name: "at", notBefore, notAfter: around(0) },
    { name: "after", notBefore, notAfter: around(1) },
    { name: "issued before", notBefore, notAfter: around(-1), source: "issued" },
    { name: "revoked before", notBefore, notAfter: around(-1), revokedAt: notBefore },
    { name: "revoked only", revokedAt: notBefore },
    { name: "valid" },
  ]);
  const other = await insertPerson();
  await insertCertificate(other.accountId, { name: "another account's", ...old });

  const effect = await effectOf(admin, true);
  expect(await carryOut(scope, claim, quietly)).toBe("succeeded");

  expect(effect.removable).toEqual({ count: 3, isCapped: false });
  expect(await namesLeft(admin.accountId)).toEqual(["after", "at", "revoked only", "valid"]);
  expect(await namesLeft(other.accountId)).toEqual(["another account's"]);
  expect(await countRecords(admin.accountId, claim)).toBe(3);
  expect(await runOf(claim)).toMatchObject({
    ...{ status: "succeeded", removed: 3, skippedDeployed: 0, skippedSynced: 0, failed: 0, error: null },
    ...{ retentionDays: DAYS, skipSynced: true, cutoff, startedAt: TEST_NOW, finishedAt: TEST_NOW },
  });
});

/** Deployed, synced, both, once synced, and free: all old enough. */
async function insertUsed(accountId: string) {
  const [deployed, synced, both, wasSynced] = await insertCertificates(accountId, [
    { name: "deployed", ...old },
    { name: "synced", ...old },
    { name: "both", ...old },
    { name: "was synced", ...old },
    { name: "free", ...old },
  ]);
  if (!deployed || !synced || !both || !wasSynced) throw new Error("not inserted");
  await insertDeployment(accountId, deployed.id);
  await insertSync(accountId, synced.id);
  await insertDeployment(accountId, both.id);
  await insertSync(accountId, both.id);
  await insertSync(accountId, wasSynced.id, { state: "removed" });
}

test.each([
  { skipSynced: true, left: ["both", "deployed", "synced"], removed: 2, skippedSynced: 1 },
  { skipSynced: false, left: ["both", "deployed"], removed: 3, skippedSynced: 0 },
])("with skipping of synced certificates $skipSynced it removes $removed", async (expected) => {
  const { admin, scope, claim } = await claimedRun({ skipSynced: expected.skipSynced });
  await insertUsed(admin.accountId);
  const effect = await effectOf(admin, expected.skipSynced);
  expect(await carryOut(scope, claim, quietly)).toBe("succeeded");
  expect(await namesLeft(admin.accountId)).toEqual(expected.left);
  const { removed, skippedSynced } = expected;
  expect(await runOf(claim)).toMatchObject({ removed, skippedDeployed: 2, skippedSynced, failed: 0 });
  expect(effect).toMatchObject({ removable: { count: removed }, skippedDeployed: { count: 2 } });
  expect(effect.skippedSynced.count).toBe(skippedSynced);
  expect(await countRecords(admin.accountId, claim)).toBe(removed);
});

test("settings saved while a run is running are for the next one", async () => {
  const { admin, scope, claim } = await claimedRun();
  await insertCertificate(admin.accountId, { name: "too young", notBefore, notAfter: around(1) });
  const seenUpdatedAt = (await readCleanup(admin, TEST_NOW)).settings.updatedAt;
  await saveSettings(admin, { ...CLEANUP_DEFAULTS, retentionDays: 1, seenUpdatedAt, now: TEST_NOW });
  await carryOut(scope, claim, quietly);
  expect(await runOf(claim)).toMatchObject({ retentionDays: DAYS, removed: 0 });
});

test("a certificate that the database will not let go costs itself alone, wherever it stands", async () => {
  const { admin, scope, claim } = await claimedRun();
  const many = Array.from({ length: 620 }, (_, index) => ({ name: `old-${index}`, ...old }));
  const made = await insertCertificates(admin.accountId, many);
  await database().execute(sql`create table signers (account_id uuid, certificate_id uuid,
    foreign key (account_id, certificate_id) references certificates (account_id, id))`);
  await database().execute(sql`insert into signers values (${admin.accountId}, ${made[137]?.id})`);
  await database().execute(sql`create function refuse_one() returns trigger language plpgsql as
    $$ begin if old.name = 'old-611' then raise exception 'held by a signer'; end if; return old; end $$`);
  await database().execute(
    sql`create trigger refuse_one before delete on certificates for each row execute function refuse_one()`,
  );

  expect(await carryOut(scope, claim, quietly)).toBe("succeeded_with_errors");

  await database().execute(sql`drop trigger refuse_one on certificates`);
  expect(await namesLeft(admin.accountId)).toEqual(["old-137", "old-611"]);
  const run = await runOf(claim);
  expect(run).toMatchObject({ status: "succeeded_with_errors", removed: 618, failed: 2 });
  expect(run?.error?.split("\n").sort()).toEqual([
    expect.stringMatching(/^old-137: .*violates foreign key constraint/),
    "old-611: held by a signer",
  ]);
  expect(await countRecords(admin.accountId, claim)).toBe(618);
  await database().execute(sql`drop table signers`);
});

test("when removal records cannot be written nothing is removed, and every certificate says why", async () => {
  const { admin, scope, claim } = await claimedRun();
  await insertCertificates(
    admin.accountId,
    Array.from({ length: 8 }, (_, index) => ({ name: `old-${index}`, ...old })),
  );
  await database().execute(sql`create function refuse_record() returns trigger language plpgsql as
    $$ begin raise exception 'no record today'; end $$`);
  await database().execute(
    sql`create trigger refuse_record before insert on removal_records for each row execute function refuse_record()`,
  );
  expect(await carryOut(scope, claim, quietly)).toBe("succeeded_with_errors");
  await database().execute(sql`drop trigger refuse_record on removal_records`);
  expect(await namesLeft(admin.accountId)).toHaveLength(8);
  const run = await runOf(claim);
  expect(run).toMatchObject({ removed: 0, failed: 8 });
  expect(run?.error?.split("\n")).toHaveLength(6);
  expect(run?.error).toMatch(/and 3 more$/);
});

test.each([
  { beside: ["unused"], removed: 1 },
  { beside: [], removed: 0 },
])(
  "a deployment that arrives while its certificate is being removed, with $removed others, protects it",
  async (batch) => {
    const { admin, scope, claim } = await claimedRun();
    const names = ["taken into use", ...batch.beside];
    const [certificate] = await insertCertificates(
      admin.accountId,
      names.map((name) => ({ name, ...old })),
    );
    let running: Promise<unknown> = Promise.resolve();
    await database().transaction(async (tx) => {
      await tx.execute(sql`insert into deployments (account_id, id, certificate_id, service, resource, note, added_at, added_by_label)
      values (${admin.accountId}, ${newId()}, ${certificate?.id}, 'Gateway', 'gw:443', '', now(), 'someone')`);
      running = carryOut(scope, claim, quietly);
      await tx.execute(sql`select pg_sleep(0.3)`);
    });
    expect(await running).toBe("succeeded");
    expect(await namesLeft(admin.accountId)).toEqual(["taken into use"]);
    expect(await runOf(claim)).toMatchObject({ removed: batch.removed, skippedDeployed: 1, failed: 0 });
  },
);

test("a connection that breaks in the middle of a batch leaves no half of it", async () => {
  const { admin, scope, claim } = await claimedRun();
  await insertCertificates(
    admin.accountId,
    Array.from({ length: 700 }, () => old),
  );
  await database().execute(sql`create function cut_off() returns trigger language plpgsql as
    $$ begin perform pg_terminate_backend(pg_backend_pid()); return old; end $$`);
  await database().execute(
    sql`create trigger cut_off before delete on certificates for each statement execute function cut_off()`,
  );
  expect(await carryOut(scope, claim, quietly)).toBe("interrupted");
  await database().execute(sql`drop trigger cut_off on certificates`);
  expect(await namesLeft(admin.accountId)).toHaveLength(700);
  expect(await countRecords(admin.accountId, claim)).toBe(0);
  expect(await runOf(claim)).toMatchObject({ status: "interrupted", removed: 0, failed: 0 });
});
