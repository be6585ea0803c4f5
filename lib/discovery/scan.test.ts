import { and, asc, eq, sql } from "drizzle-orm";
import { runMigrations } from "graphile-worker";
import { afterEach, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { database } from "@/drizzle/client";
import { memberships } from "@/drizzle/schema/accounts";
import { certificates } from "@/drizzle/schema/certificates";
import { deployments } from "@/drizzle/schema/use";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificates, insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { makeAuthority, makeIdentity, type PeerOptions, startPeer, startRawPeer } from "@/e2e/tls-peer";
import { mintDeputyScope, type PersonScope } from "@/lib/auth/scope";
import { importCertificates } from "@/lib/certificates/import";
import { readServed } from "@/lib/deployments/served";
import { claimScan, listLeftScans } from "@/lib/discovery/claim";
import { startScan, stopScan } from "@/lib/discovery/commands";
import { listFindings, listScans, readCurrentScan, readScan } from "@/lib/discovery/queries";
import { SCAN_CHUNK, SCAN_HEARTBEAT_LIMIT_MS, SCAN_TURN_MS } from "@/lib/discovery/rules";
import { carryOutScan } from "@/lib/discovery/run";
import { newScan } from "@/lib/discovery/schema";
import { env } from "@/lib/env";
import { JOB_SCHEMA } from "@/lib/jobs/queue";

process.env.CERTSWEEP_PROBE_NETWORKS = "loopback";
useTestDatabase();
beforeAll(() => runMigrations({ connectionString: env().DATABASE_URL, schema: JOB_SCHEMA }));

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
async function peer(options: PeerOptions) {
  const started = await startPeer(options);
  stops.push(started.stop);
  return started;
}

const firstPage = { after: null, before: null };
const quietly = { clock: () => TEST_NOW, signal: new AbortController().signal };
const later = (milliseconds: number) => new Date(TEST_NOW.getTime() + milliseconds);

/** Asks for a scan as the screen does. */
function ask(scope: PersonScope, hosts: string, ports: number[]) {
  const typed = newScan.parse({ hosts, ports: ports.join(","), protocol: "tls" });
  return startScan(scope, { ...typed, now: TEST_NOW });
}

const deputyOf = ({ accountId, userId, email }: PersonScope) =>
  mintDeputyScope({ accountId, userId, tokenId: null, label: `${email} (discovery)` });

async function claimOf(scope: PersonScope, scanId: string, now = TEST_NOW) {
  const claim = await claimScan(scope, scanId, now);
  if (claim === null) throw new Error("nobody can claim it");
  return claim;
}

async function work(scope: PersonScope, scanId: string, options = quietly) {
  return carryOutScan(deputyOf(scope), await claimOf(scope, scanId), options);
}

test("what is served is added with its endpoints, what is there already gets them, and nothing is added twice", async () => {
  const admin = await insertPerson({ role: "admin" });
  const issuer = await makeAuthority("A CA");
  const [fresh, known] = await Promise.all([makeIdentity("fresh.test", { issuer }), makeIdentity("known.test")]);
  const group = readServed(known.leaf.pem);
  await importCertificates(admin, [{ group, givenName: "Known", source: "uploaded", isSample: false }], TEST_NOW);
  const first = await peer({ identities: { "fresh.test": fresh } });
  const second = await peer({ host: "127.0.0.2", identities: { "known.test": known } });
  const plain = await startRawPeer((socket) => socket.end("no\r\n"));
  stops.push(plain.stop);

  const ports = [first.port, second.port, plain.port];
  const { scanId } = await ask(admin, "127.0.0.0/30, localhost", ports);
  expect(await work(admin, scanId)).toBe("ended");
  const counts = { targets: 15, done: 15, added: 1, unreadable: 0, unreachable: 12, forbidden: 0, endpoints: 3 };
  expect(await readScan(admin, scanId)).toMatchObject({ status: "succeeded", already: 2, ...counts, unreachable: 12 });

  const rows = await database()
    .select({ name: certificates.name, source: certificates.source, by: certificates.addedByLabel })
    .from(certificates)
    .where(eq(certificates.accountId, admin.accountId))
    .orderBy(asc(certificates.id));
  expect(rows).toEqual([
    { name: "Known", source: "uploaded", by: admin.email },
    { name: "fresh.test", source: "uploaded", by: `${admin.email} (discovery)` },
  ]);
  const watched = await database()
    .select({ resource: deployments.resource, state: deployments.state, service: deployments.service })
    .from(deployments)
    .where(and(eq(deployments.accountId, admin.accountId), eq(deployments.kind, "endpoint")))
    .orderBy(asc(deployments.id));
  expect(watched).toEqual([
    { resource: `127.0.0.1:${first.port}`, state: "serving", service: "127.0.0.1" },
    { resource: `127.0.0.2:${second.port}`, state: "serving", service: "127.0.0.2" },
    { resource: `localhost:${first.port}`, state: "serving", service: "localhost" },
  ]);
  const { rows: findings } = await listFindings(admin, scanId, firstPage);
  expect(findings.filter(({ kind }) => kind === "unreachable")).toHaveLength(10);
  expect(findings.filter(({ certificate }) => certificate !== null)).toMatchObject([
    { host: "127.0.0.1", kind: "added", isNewEndpoint: true, certificate: { name: "fresh.test", isGone: false } },
    { host: "127.0.0.2", kind: "already", isNewEndpoint: true, certificate: { name: "Known" } },
    { host: "localhost", kind: "already", isNewEndpoint: true, certificate: { name: "fresh.test" } },
  ]);
  expect(findings.find(({ port }) => port === plain.port && port > 0)?.problem).toMatch(
    /^(Nothing listens|It does not)/,
  );

  const again = await ask(admin, "127.0.0.0/30, localhost", ports);
  await work(admin, again.scanId);
  expect(await readScan(admin, again.scanId)).toMatchObject({ added: 0, already: 3, endpoints: 0, unreachable: 12 });
  expect((await listScans(admin, firstPage)).rows.map(({ id }) => id)).toEqual([again.scanId, scanId]);
});

test("an address that is not allowed is skipped and counted", async () => {
  const admin = await insertPerson({ role: "admin" });
  const { scanId } = await ask(admin, "169.254.169.254, 10.0.0.0/31, ::", [443]);
  await work(admin, scanId);
  expect(await readScan(admin, scanId)).toMatchObject({ status: "succeeded", forbidden: 4, unreachable: 0, done: 4 });
  expect((await listFindings(admin, scanId, firstPage)).rows).toEqual([]);
});

test("an account has one scan at a time, and others know nothing of it", async () => {
  const [admin, stranger] = [await insertPerson({ role: "admin" }), await insertPerson({ role: "admin" })];
  const { scanId } = await ask(admin, "127.0.0.1", [1]);
  await expect(ask(admin, "127.0.0.1", [2])).rejects.toMatchObject({ code: "conflict" });
  expect((await readCurrentScan(admin))?.id).toBe(scanId);
  expect([await readScan(stranger, scanId), await readCurrentScan(stranger)]).toEqual([null, null]);
  await expect(stopScan(stranger, { scanId, now: TEST_NOW })).rejects.toMatchObject({ code: "not_found" });
  expect((await listFindings(stranger, scanId, firstPage)).rows).toEqual([]);
  await work(admin, scanId);
  expect(await readCurrentScan(admin)).toBeNull();
  await ask(admin, "127.0.0.1", [2]);
});

test("a scan is stopped between two handfuls, and what was found stays", async () => {
  const admin = await insertPerson({ role: "admin" });
  const { port } = await peer({ identities: { "a.test": await makeIdentity("a.test") } });
  const { scanId } = await ask(admin, "127.0.0.1, 127.0.1.0/24", [port]);
  let reads = 0;
  // The clock is read as the turn begins, and then once a handful.
  const stopping = {
    ...quietly,
    clock: () => {
      reads += 1;
      if (reads === 3) stopped = stopScan(admin, { scanId, now: TEST_NOW });
      return TEST_NOW;
    },
  };
  let stopped: Promise<unknown> = Promise.resolve();
  expect(await work(admin, scanId, stopping)).toBe("ended");
  await stopped;
  const scan = await readScan(admin, scanId);
  expect(scan).toMatchObject({ status: "stopped", added: 1, isStopRequested: true, stopRequestedByLabel: admin.email });
  expect((scan?.done ?? 0) % SCAN_CHUNK).toBe(0);
  expect(scan?.done).toBeLessThan(257);
});

test("a server that lost its scan notes nothing more, and the next one goes on where it was", async () => {
  const admin = await insertPerson({ role: "admin" });
  let taken = () => {};
  const isTaken = new Promise<void>((resolve) => {
    taken = resolve;
  });
  const identity = await makeIdentity("slow.test");
  const { port } = await peer({ identities: { "slow.test": identity }, before: () => isTaken.then(() => true) });
  const { scanId } = await ask(admin, "127.0.0.1", [port]);
  const lost = carryOutScan(deputyOf(admin), await claimOf(admin, scanId), quietly);
  expect(await claimScan(admin, scanId, later(SCAN_HEARTBEAT_LIMIT_MS))).toBeNull();
  const left = async (now: Date) => (await listLeftScans(now)).filter(({ id }) => id === scanId);
  expect(await left(later(SCAN_HEARTBEAT_LIMIT_MS))).toEqual([]);
  const afterwards = later(SCAN_HEARTBEAT_LIMIT_MS + 1);
  expect(await left(afterwards)).toEqual([{ accountId: admin.accountId, id: scanId }]);
  const next = await claimOf(admin, scanId, afterwards);
  taken();
  expect(await lost).toBe("claim_lost");
  expect(await readScan(admin, scanId)).toMatchObject({ done: 0, added: 0 });
  expect(await carryOutScan(deputyOf(admin), next, quietly)).toBe("ended");
  expect(await readScan(admin, scanId)).toMatchObject({ status: "succeeded", done: 1, added: 1, endpoints: 1 });
});

test("a turn that is over, and a server that stops, leave the rest to a later job", async () => {
  const admin = await insertPerson({ role: "admin" });
  const { scanId } = await ask(admin, "127.0.0.1", [1, 2]);
  const stopped = AbortSignal.abort();
  expect(await work(admin, scanId, { ...quietly, signal: stopped })).toBe("left");
  expect(await readScan(admin, scanId)).toMatchObject({ status: "queued", done: 0 });
  let moment = TEST_NOW;
  const late = () => {
    const now = moment;
    moment = later(SCAN_TURN_MS + 1);
    return now;
  };
  expect(await work(admin, scanId, { ...quietly, clock: late })).toBe("left");
  expect(await work(admin, scanId)).toBe("ended");
  expect(await readScan(admin, scanId)).toMatchObject({ status: "succeeded", done: 2, unreachable: 2 });
  const jobs = await database().execute(sql`select 1 from graphile_worker.jobs where task_identifier = 'discovery'`);
  expect(jobs.rows.length).toBeGreaterThan(0);
});

test("whoever is no product admin any more has no scan carried out", async () => {
  const admin = await insertPerson({ role: "admin" });
  await insertPerson({ role: "admin", accountId: admin.accountId });
  const { port, taken } = await peer({ identities: { "a.test": await makeIdentity("a.test") } });
  const { scanId } = await ask(admin, "127.0.0.1", [port]);
  await database().update(memberships).set({ role: "member" }).where(eq(memberships.userId, admin.userId));
  await work(admin, scanId);
  expect(await readScan(admin, scanId)).toMatchObject({
    ...{ status: "failed", done: 0 },
    error: "Whoever asked for it may not scan any more. What was found by then stays.",
  });
  expect(taken()).toBe(0);
});

test("whether a certificate is in the inventory is one look into an index, however many there are", async () => {
  const { accountId } = await insertPerson({ role: "admin" });
  const [one] = await insertCertificates(
    accountId,
    Array.from({ length: 3_000 }, () => ({})),
  );
  await database().execute(sql`analyze certificates`);
  const { rows } = await database().execute(sql`explain (format json)
    select id, name, fingerprint from certificates where account_id = ${accountId}
      and fingerprint in (${one?.fingerprint ?? ""}, ${"0".repeat(64)})`);
  const plan = JSON.stringify(z.array(z.record(z.string(), z.unknown())).parse(rows));
  expect(plan).toContain("certificates_fingerprint");
  expect(plan).not.toContain("Seq Scan");
});
