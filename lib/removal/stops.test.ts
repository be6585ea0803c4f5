import { eq, sql } from "drizzle-orm";
import { runMigrations } from "graphile-worker";
import { afterEach, beforeAll, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { removals } from "@/drizzle/schema/removals";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificates, insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { mintDeputyScope, mintJobScope, type PersonScope } from "@/lib/auth/scope";
import { requestStop } from "@/lib/cleanup/commands";
import { readRun } from "@/lib/cleanup/history";
import { BATCH_SIZE } from "@/lib/cleanup/rules";
import { carryOut } from "@/lib/cleanup/run";
import { claimRequestedRun } from "@/lib/cleanup/schedule";
import { env } from "@/lib/env";
import { newId } from "@/lib/ids";
import { JOB_SCHEMA } from "@/lib/jobs/queue";
import { deleteSelected, requestBulkStop } from "@/lib/removal/bulk";
import { claimBulk } from "@/lib/removal/bulk-claim";
import { readBulk } from "@/lib/removal/bulk-queries";
import { carryOutBulk } from "@/lib/removal/bulk-run";
import { BULK_CHUNK } from "@/lib/removal/rules";

useTestDatabase();
const quietly = { clock: () => TEST_NOW, signal: new AbortController().signal };
const HELD = "held.example.test";

/** The deletion of the certificate of this name takes as long as there is a row in `gate`. */
beforeAll(async () => {
  await runMigrations({ connectionString: env().DATABASE_URL, schema: JOB_SCHEMA });
  await database().execute(sql`create table gate ()`);
  await database().execute(sql`create function wait_for_gate() returns trigger language plpgsql as
    $$ begin while exists (select from gate) loop perform pg_sleep(0.01); end loop; return old; end $$`);
  await database().execute(
    sql.raw(`create trigger wait_for_gate before delete on certificates for each row
      when (old.name = '${HELD}') execute function wait_for_gate()`),
  );
});
afterEach(() => database().execute(sql`delete from gate`));

/** An account with so many expired certificates, of which those at some places cannot go before the gate opens. */
async function makeInventory(count: number, heldAt = [3]): Promise<PersonScope> {
  const admin = await insertPerson({ role: "admin" });
  const old = { notBefore: new Date("2020-01-01T00:00:00Z"), notAfter: new Date("2021-01-01T00:00:00Z") };
  await insertCertificates(
    admin.accountId,
    Array.from({ length: count }, (_, index) => (heldAt.includes(index) ? { ...old, name: HELD } : old)),
  );
  await database().execute(sql`insert into gate default values`);
  return admin;
}

/** Until so many sessions wait in the gate. */
async function untilHeld(count = 1): Promise<void> {
  const { rows } = await database().execute(sql`select from pg_stat_activity
    where datname = current_database() and wait_event = 'PgSleep'`);
  if (rows.length === count) return;
  await new Promise((resolve) => setTimeout(resolve, 5));
  return untilHeld(count);
}

async function countsOf({ accountId }: PersonScope) {
  const left = await database().$count(certificates, eq(certificates.accountId, accountId));
  return { left, records: await database().$count(removals, eq(removals.accountId, accountId)) };
}

test("a bulk deletion is asked to stop without waiting for its chunk, and stops behind it", async () => {
  const admin = await makeInventory(BULK_CHUNK * 3);
  const selection = { kind: "filter", filter: { status: "expired" } } as const;
  const { bulkDeletionId } = await deleteSelected(admin, { selection, now: TEST_NOW });
  const claim = await claimBulk(admin, bulkDeletionId, TEST_NOW);
  if (claim === null) throw new Error("nobody can claim it");
  const { accountId, userId, email } = admin;
  const deputy = mintDeputyScope({ accountId, userId, tokenId: null, label: email });
  const going = carryOutBulk(deputy, claim, quietly);
  await untilHeld();
  await requestBulkStop(admin, { bulkDeletionId, now: TEST_NOW });
  const asked = await readBulk(admin, bulkDeletionId, TEST_NOW);
  expect(asked).toMatchObject({ status: "running", isStopRequested: true });
  await database().execute(sql`delete from gate`);
  expect(await going).toBe("ended");
  const ended = { status: "stopped", removed: BULK_CHUNK, stopRequestedByLabel: email };
  expect(await readBulk(admin, bulkDeletionId, TEST_NOW)).toMatchObject(ended);
  expect(await countsOf(admin)).toEqual({ left: BULK_CHUNK * 2, records: BULK_CHUNK });
  await expect(requestBulkStop(admin, { bulkDeletionId, now: TEST_NOW })).rejects.toThrow("has ended already");
});

test("a cleanup run is asked to stop without waiting for its batches, and stops behind them", async () => {
  const admin = await makeInventory(BATCH_SIZE * 2 + 700, [3, BATCH_SIZE + 3]);
  const scope = mintJobScope(admin.accountId, "Certificate Cleanup");
  const request = { runId: newId(), startedById: admin.userId, startedByLabel: admin.email };
  const claim = await claimRequestedRun(scope, request, TEST_NOW);
  if (claim === null) throw new Error("the run was not claimed");
  const going = carryOut(scope, { ...claim, isApproved: true }, quietly);
  await untilHeld(2);
  await requestStop(admin, { runId: claim.runId, now: TEST_NOW });
  await requestStop(admin, { runId: claim.runId, now: TEST_NOW });
  const asked = await readRun(scope, claim.runId);
  expect(asked?.run).toMatchObject({ status: "running", isStopRequested: true });
  await database().execute(sql`delete from gate`);
  expect(await going).toBe("stopped");
  const ended = { status: "stopped", removed: BATCH_SIZE * 2, stopRequestedByLabel: admin.email };
  expect((await readRun(scope, claim.runId))?.run).toMatchObject(ended);
  expect(await countsOf(admin)).toEqual({ left: 700, records: BATCH_SIZE * 2 });
  await expect(requestStop(admin, { runId: claim.runId, now: TEST_NOW })).rejects.toThrow("has ended already");
});
