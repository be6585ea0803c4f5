import { eq, sql } from "drizzle-orm";
import { Client } from "pg";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { isStillReferenced } from "@/drizzle/failures";
import { certificates } from "@/drizzle/schema/certificates";
import { cleanupRuns } from "@/drizzle/schema/cleanup";
import { removals } from "@/drizzle/schema/removals";
import { destinations } from "@/drizzle/schema/use";
import { useTestDatabase } from "@/drizzle/test-database";
import { untilWaiting } from "@/drizzle/test-locks";
import { insertCertificate, insertPerson, insertSync, TEST_NOW } from "@/drizzle/test-rows";
import { mintJobScope, type PersonScope } from "@/lib/auth/scope";
import { carryOut } from "@/lib/cleanup/run";
import { claimRequestedRun } from "@/lib/cleanup/schedule";
import { newId } from "@/lib/ids";
import { deleteSelected } from "@/lib/removal/bulk";
import { readBulk } from "@/lib/removal/bulk-queries";
import { removeCertificate } from "@/lib/removal/commands";

useTestDatabase();

/** Where a deletion waits while a test keeps the gate shut: its statement has its snapshot; it has deleted and not committed. */
const GATES = { snapshotTaken: 101, deleted: 102 } as const;

beforeAll(async () => {
  await database().execute(sql`create function wait_at_gate() returns trigger language plpgsql as
    $$ begin perform pg_advisory_xact_lock_shared(tg_argv[0]::bigint); return null; end $$`);
  await database().execute(sql`create trigger gate_snapshot_taken before delete on certificates
    for each statement execute function wait_at_gate('101')`);
  await database().execute(sql`create trigger gate_deleted after insert on removal_records
    for each statement execute function wait_at_gate('102')`);
});

const sessions: Client[] = [];

/** A session of somebody else, on another server for all that the database knows. */
async function openSession(): Promise<Client> {
  const client = new Client(process.env.DATABASE_URL);
  await client.connect();
  sessions.push(client);
  return client;
}

afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.end()));
});

const old = { notBefore: new Date("2020-01-01T00:00:00Z"), notAfter: new Date("2021-01-01T00:00:00Z") };

type Target = { admin: PersonScope; id: string; syncId: string; destinationId: string };

/** An expired certificate with a sync that is switched off, and a place for another one. */
async function makeTarget(): Promise<Target> {
  const admin = await insertPerson({ role: "admin" });
  const id = (await insertCertificate(admin.accountId, old)).id;
  const syncId = await insertSync(admin.accountId, id, { enabled: false });
  const place = { accountId: admin.accountId, id: newId(), name: "Key vault", createdAt: TEST_NOW };
  await database().insert(destinations).values(place);
  return { admin, id, syncId, destinationId: place.id };
}

/** What may come to use a certificate. */
const ARRIVALS = {
  "a deployment": ({ admin, id }) => ({
    text: `insert into deployments (account_id, id, certificate_id, service, resource, note, added_at, added_by_label)
      values ($1, $2, $3, 'Gateway', 'gw:443', '', now(), 'somebody')`,
    values: [admin.accountId, newId(), id],
  }),
  "a sync": ({ admin, id, destinationId }) => ({
    text: `insert into syncs (account_id, id, certificate_id, destination_id, enabled, state, added_at)
      values ($1, $2, $3, $4, true, 'active', now())`,
    values: [admin.accountId, newId(), id, destinationId],
  }),
  "a sync that is switched on": ({ syncId }) => ({
    text: "update syncs set enabled = true where id = $1",
    values: [syncId],
  }),
} as const satisfies Record<string, (target: Target) => { text: string; values: string[] }>;
type Arrival = keyof typeof ARRIVALS;

/** Whether it came to be: a certificate that is gone can no longer be used. */
async function arrive(session: Client, arrival: Arrival, target: Target): Promise<boolean> {
  const { text, values } = ARRIVALS[arrival](target);
  try {
    return (await session.query(text, values)).rowCount === 1;
  } catch (error) {
    if (!isStillReferenced(error)) throw error;
    return false;
  }
}

/** Who removes; the answer is whether they say that the certificate went. */
const REMOVERS = {
  "a cleanup run": async ({ admin }: Target) => {
    const scope = mintJobScope(admin.accountId, "Certificate Cleanup");
    const request = { runId: newId(), startedById: admin.userId, startedByLabel: admin.email };
    const claim = await claimRequestedRun(scope, request, TEST_NOW);
    if (claim === null) throw new Error("the run was not claimed");
    const options = { clock: () => TEST_NOW, signal: new AbortController().signal };
    expect(await carryOut(scope, claim, options)).toBe("succeeded");
    const [run] = await database().select().from(cleanupRuns).where(eq(cleanupRuns.id, claim.runId));
    expect(run).toMatchObject({ failed: 0, skippedDeployed: expect.any(Number) });
    return run?.removed === 1;
  },
  "a person": async ({ admin, id }: Target) => {
    const outcome = await removeCertificate(admin, { id, now: TEST_NOW });
    return outcome.kind === "removed";
  },
  "a bulk deletion": async ({ admin, id }: Target) => {
    const { bulkDeletionId } = await deleteSelected(admin, { selection: { kind: "chosen", ids: [id] }, now: TEST_NOW });
    const bulk = await readBulk(admin, bulkDeletionId, TEST_NOW);
    expect(bulk).toMatchObject({ status: "succeeded", failed: 0 });
    return bulk?.removed === 1;
  },
} as const;
type Remover = keyof typeof REMOVERS;

/** What the database says in the end: the certificate or its record, never both and never neither. */
async function wentFor(id: string): Promise<boolean> {
  const there = await database().$count(certificates, eq(certificates.id, id));
  const recorded = await database().$count(removals, eq(removals.id, id));
  expect(there + recorded).toBe(1);
  return recorded === 1;
}

async function shut(gate: number): Promise<{ open: () => Promise<unknown> }> {
  const keeper = await openSession();
  await keeper.query("select pg_advisory_lock($1)", [gate]);
  return { open: () => keeper.query("select pg_advisory_unlock($1)", [gate]) };
}

const removers = Object.keys(REMOVERS).filter((name): name is Remover => name in REMOVERS);
const arrivals = Object.keys(ARRIVALS).filter((name): name is Arrival => name in ARRIVALS);
const pairs = removers.flatMap((remover) => arrivals.map((arrival) => ({ remover, arrival })));

describe.each(pairs)("$arrival, while $remover removes the certificate,", ({ remover, arrival }) => {
  test("protects it when it was there before", async () => {
    const target = await makeTarget();
    expect(await arrive(await openSession(), arrival, target)).toBe(true);
    expect(await REMOVERS[remover](target)).toBe(false);
    expect(await wentFor(target.id)).toBe(false);
  });

  test.each([
    { end: "commit", goes: false },
    { end: "rollback", goes: true },
  ])("begun before the deletion and ended by $end while that waits", async ({ end, goes }) => {
    const target = await makeTarget();
    const session = await openSession();
    await session.query("begin");
    expect(await arrive(session, arrival, target)).toBe(true);
    const removing = REMOVERS[remover](target);
    await untilWaiting(1);
    await session.query(end);
    expect(await removing).toBe(goes);
    expect(await wentFor(target.id)).toBe(goes);
  });

  test("protects it when it is committed after the deletion has taken its snapshot", async () => {
    const target = await makeTarget();
    const gate = await shut(GATES.snapshotTaken);
    const removing = REMOVERS[remover](target);
    await untilWaiting(1);
    expect(await arrive(await openSession(), arrival, target)).toBe(true);
    await gate.open();
    expect(await removing).toBe(false);
    expect(await wentFor(target.id)).toBe(false);
  });

  test("begun after the deletion has taken its snapshot and committed while that waits protects it", async () => {
    const target = await makeTarget();
    const session = await openSession();
    const gate = await shut(GATES.snapshotTaken);
    const removing = REMOVERS[remover](target);
    await untilWaiting(1);
    await session.query("begin");
    expect(await arrive(session, arrival, target)).toBe(true);
    await gate.open();
    await untilWaiting(1);
    await session.query("commit");
    expect(await removing).toBe(false);
    expect(await wentFor(target.id)).toBe(false);
  });

  test("is refused when the certificate has been deleted, and waits until that is certain", async () => {
    const target = await makeTarget();
    const session = await openSession();
    const gate = await shut(GATES.deleted);
    const removing = REMOVERS[remover](target);
    await untilWaiting(1);
    const arriving = arrive(session, arrival, target);
    await untilWaiting(2);
    await gate.open();
    expect(await removing).toBe(true);
    expect(await arriving).toBe(false);
    expect(await wentFor(target.id)).toBe(true);
  });
});
