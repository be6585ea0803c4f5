import { eq, sql } from "drizzle-orm";
import { Client } from "pg";
import { expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { cleanupRuns } from "@/drizzle/schema/cleanup";
import { removals } from "@/drizzle/schema/removals";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificates, insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { mintJobScope } from "@/lib/auth/scope";
import { givingWay, othersAreServed } from "@/lib/cleanup/giving-way";
import { BATCH_SIZE } from "@/lib/cleanup/rules";
import { carryOut } from "@/lib/cleanup/run";
import { claimRequestedRun } from "@/lib/cleanup/schedule";
import { newId } from "@/lib/ids";

useTestDatabase();

const HELD = "held.example.test";
const GATE = 4_711;

test("who saw nobody goes on at once, who saw somebody when nobody was seen for a while", async () => {
  const seen: boolean[] = [];
  const way = givingWay(async () => {
    seen.push(seen.length < 2);
    return seen.length <= 2;
  });
  await way.untilQuiet(() => false);
  expect(seen).toEqual([]);
  way.saw(true);
  way.saw(false);
  await way.untilQuiet(() => false);
  expect(seen).toEqual([true, true, false, false, false, false, false]);
  await way.untilQuiet(() => false);
  expect(seen).toHaveLength(7);
});

test("who waits for others ends with the run", async () => {
  const way = givingWay(async () => true);
  way.saw(true);
  let looks = 0;
  await way.untilQuiet(() => {
    looks += 1;
    return looks === 3;
  });
  expect(looks).toBe(3);
});

/** A session that asks for something which lasts until it is told. */
async function beServed(text: string): Promise<() => Promise<void>> {
  const [keeper, session] = [new Client(process.env.DATABASE_URL), new Client(process.env.DATABASE_URL)];
  await Promise.all([keeper.connect(), session.connect()]);
  await keeper.query(`select pg_advisory_lock(${GATE})`);
  const served = session.query(text);
  return async () => {
    await keeper.query(`select pg_advisory_unlock(${GATE})`);
    await served;
    await Promise.all([keeper.end(), session.end()]);
  };
}

async function othersAre(): Promise<boolean> {
  const { rows } = await database().execute(sql`select ${othersAreServed} as others`);
  return rows[0]?.others === true;
}

test("others are those who ask this database something that is no part of a run", async () => {
  await expect.poll(othersAre).toBe(false);
  const runs = await beServed(`/* a cleanup run */ select pg_advisory_xact_lock(${GATE})`);
  expect(await othersAre()).toBe(false);
  await runs();
  const somebody = await beServed(`select pg_advisory_xact_lock(${GATE})`);
  await expect.poll(othersAre).toBe(true);
  await somebody();
  await expect.poll(othersAre).toBe(false);
});

test("a run has one lane as long as others are served, and two again afterwards", async () => {
  const admin = await insertPerson({ role: "admin" });
  const old = { notBefore: new Date("2020-01-01T00:00:00Z"), notAfter: new Date("2021-01-01T00:00:00Z") };
  const count = BATCH_SIZE * 8;
  // In the third page, so that the lane which waits for others has taken one at most.
  const heldAt = BATCH_SIZE * 2 + 3;
  await insertCertificates(
    admin.accountId,
    Array.from({ length: count }, (_, index) => (index === heldAt ? { ...old, name: HELD } : old)),
  );
  await database().execute(
    sql.raw(`create function wait_at_gate() returns trigger language plpgsql as
    $$ begin perform pg_advisory_xact_lock_shared(${GATE + 1}); return null; end $$`),
  );
  await database().execute(
    sql.raw(`create trigger gate after delete on certificates for each row when (old.name = '${HELD}')
      execute function wait_at_gate()`),
  );
  const gate = new Client(process.env.DATABASE_URL);
  await gate.connect();
  await gate.query(`select pg_advisory_lock(${GATE + 1})`);
  const somebody = await beServed(`select pg_advisory_xact_lock(${GATE})`);
  await expect.poll(othersAre).toBe(true);

  const scope = mintJobScope(admin.accountId, "Certificate Cleanup");
  const request = { runId: newId(), startedById: admin.userId, startedByLabel: admin.email };
  const claim = await claimRequestedRun(scope, request, TEST_NOW);
  if (claim === null) throw new Error("the run was not claimed");
  const options = { clock: () => TEST_NOW, signal: new AbortController().signal };
  const going = carryOut(scope, { ...claim, isApproved: true }, options);
  const removed = () => database().$count(removals, eq(removals.accountId, admin.accountId));

  await expect.poll(removed).toBe(BATCH_SIZE * 2);
  // The other lane could have gone through everything else in this time.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(await removed()).toBe(BATCH_SIZE * 2);
  await somebody();
  await expect.poll(removed).toBe(count - BATCH_SIZE);
  await gate.end();
  expect(await going).toBe("succeeded");
  expect(await removed()).toBe(count);
  expect(await database().$count(certificates, eq(certificates.accountId, admin.accountId))).toBe(0);
  const [run] = await database().select().from(cleanupRuns).where(eq(cleanupRuns.id, claim.runId));
  expect(run).toMatchObject({ removed: count, failed: 0 });
});
