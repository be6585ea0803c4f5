import { globalAgent } from "node:https";
import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { deployments } from "@/drizzle/schema/use";
import { insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { type AcmServer, awsError, startAcmServer } from "@/e2e/destinations/acm-server";
import { openPrivateKey } from "@/lib/certificates/private-keys";
import { changeDestination, deleteDestination } from "@/lib/destinations/commands";
import { removeCertificate } from "@/lib/removal/commands";
import { addSync, checkNow, endSync, pushAgain } from "@/lib/syncs/commands";
import { LEASE_MS } from "@/lib/syncs/rules";
import { addPlace, later, type Synced, syncOf, upload, useCopies, work } from "./test-copies";

process.env.CERTSWEEP_PROBE_NETWORKS = "public,private,loopback";
useCopies();

let server: AcmServer;
beforeAll(async () => {
  server = await startAcmServer();
  globalAgent.options.ca = server.ca;
});
afterEach(() => {
  server.fault(null);
  server.held.clear();
  server.asked.length = 0;
});
afterAll(() => server.stop());

const BALANCERS = [
  "arn:aws:elasticloadbalancing:eu-1:1:loadbalancer/a",
  "arn:aws:elasticloadbalancing:eu-1:1:loadbalancer/b",
];

/** An expired certificate that is wished to be at ACM. */
async function makeAtAcm(): Promise<Synced> {
  const admin = await insertPerson({ role: "admin" });
  const certificateId = await upload(admin, { name: "www.example.test", expiresIn: -40 });
  const fields = { region: server.region, endpoint: server.origin, ...server.keys };
  const { id: destinationId } = await addPlace(admin, { name: "Cloud", kind: "acm", fields });
  const { id: syncId } = await addSync(admin, { certificateId, destinationId }, TEST_NOW);
  return { admin, certificateId, destinationId, syncId, folder: "" };
}

const knownOf = ({ certificateId, syncId }: Synced) => ({ certificateId, syncId });

async function usesOf({ certificateId }: Synced) {
  const rows = await database()
    .select({ kind: deployments.kind, service: deployments.service, resource: deployments.resource })
    .from(deployments)
    .where(eq(deployments.certificateId, certificateId))
    .orderBy(deployments.resource);
  return rows.map(({ kind, service, resource }) => `${kind} ${service} ${resource}`);
}

function setUses(uses: string[]): void {
  for (const one of server.held.values()) one.inUseBy = uses;
}

const look = async (synced: Synced, seconds: number) => {
  await checkNow(synced.admin, knownOf(synced), later(seconds));
  await work(later(seconds));
};

test("what uses the copy there becomes deployments, replaced at each look, which keep the certificate", async () => {
  const synced = await makeAtAcm();
  await work(later(1));
  expect(await syncOf(synced)).toMatchObject({ state: "active", remoteId: [...server.held.keys()][0] });
  expect(await usesOf(synced)).toEqual([]);
  setUses(BALANCERS);
  await look(synced, 60);
  expect(await usesOf(synced)).toEqual(BALANCERS.map((arn) => `reported AWS Certificate Manager ${arn}`));
  setUses(BALANCERS.slice(1));
  await look(synced, 120);
  expect(await usesOf(synced)).toEqual([`reported AWS Certificate Manager ${BALANCERS[1]}`]);

  // In use there, it is neither removed there nor deleted here.
  await endSync(synced.admin, { ...knownOf(synced), copy: "remove" }, later(130));
  await work(later(130));
  const { state, error } = (await syncOf(synced)) ?? {};
  expect([state, error]).toEqual(["removing", expect.stringContaining("in use")]);
  expect(await removeCertificate(synced.admin, { id: synced.certificateId, now: later(140) })).toMatchObject({
    blockers: [{ blocker: "deployed" }, { blocker: "synced" }],
  });

  setUses([]);
  await endSync(synced.admin, { ...knownOf(synced), copy: "remove" }, later(150));
  await work(later(150));
  expect(await syncOf(synced)).toMatchObject({ state: "removed" });
  expect([await usesOf(synced), server.held.size]).toEqual([[], 0]);
  expect((await removeCertificate(synced.admin, { id: synced.certificateId, now: later(160) })).kind).toBe("removed");
});

test("what used a copy that is left there stays, for people to remove", async () => {
  const synced = await makeAtAcm();
  await work(later(1));
  setUses(BALANCERS);
  await look(synced, 60);
  await endSync(synced.admin, { ...knownOf(synced), copy: "leave" }, later(70));
  expect(await usesOf(synced)).toEqual(BALANCERS.map((arn) => `noted AWS Certificate Manager ${arn}`));
});

test("credentials that are refused are tried again in hours, a throttled push when it is asked for", async () => {
  const synced = await makeAtAcm();
  server.fault(() =>
    awsError("UnrecognizedClientException", "The security token included in the request is invalid.", { status: 400 }),
  );
  await work(later(1));
  const refused = await syncOf(synced);
  expect(refused).toMatchObject({ state: "failed", attempts: 1, nextAttemptAt: later(1 + 6 * 3_600) });
  const key = await openPrivateKey(synced.admin, synced.certificateId);
  for (const secret of [...Object.values(server.keys), key?.split("\n")[1] ?? ""])
    expect(refused?.error).not.toContain(secret);
  server.fault(() => awsError("ThrottlingException", "Rate exceeded", { headers: { "retry-after": "1800" } }));
  await pushAgain(synced.admin, knownOf(synced), later(10));
  await work(later(10));
  expect(await syncOf(synced)).toMatchObject({ state: "failed", attempts: 2, nextAttemptAt: later(10 + 1_800) });
  server.fault(null);
  await work(later(1_820));
  expect(await syncOf(synced)).toMatchObject({ state: "active", error: null, attempts: 0 });
});

test("what waits for somebody to mend the destination is tried again once that is changed", async () => {
  const synced = await makeAtAcm();
  const { admin, destinationId } = synced;
  server.fault(() => awsError("UnrecognizedClientException", "The security token included in the request is invalid."));
  await work(later(1));
  expect(await syncOf(synced)).toMatchObject({ state: "failed", nextAttemptAt: later(1 + 6 * 3_600) });
  server.fault(null);
  const fields = { region: server.region, endpoint: server.origin, ...server.keys };
  await changeDestination(admin, { destinationId, name: "Cloud, mended", fields }, later(60));
  await work(later(60));
  expect(await syncOf(synced)).toMatchObject({ state: "active", error: null });
});

test("while a destination does not answer, its sync belongs to one server, and nobody deletes either", async () => {
  const synced = await makeAtAcm();
  server.fault(() => "hang");
  const stopping = new AbortController();
  const first = work(later(1), stopping.signal);
  while (server.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await work(later(2));
  expect(server.asked).toHaveLength(1);
  await expect(deleteDestination(synced.admin, synced.destinationId, later(3))).rejects.toThrow("synced there");
  for (const copy of ["leave", "remove"] as const) {
    await expect(endSync(synced.admin, { ...knownOf(synced), copy }, later(3))).rejects.toThrow(
      "being asked right now",
    );
  }
  expect((await removeCertificate(synced.admin, { id: synced.certificateId, now: later(3) })).kind).toBe("blocked");

  // The lease ends, another server takes over, and what the first one comes back with changes nothing.
  server.fault(null);
  const afterLease = new Date(later(2).getTime() + LEASE_MS);
  await work(afterLease);
  const pushed = await syncOf(synced);
  expect(pushed).toMatchObject({ state: "active", pushedAt: afterLease });
  stopping.abort();
  await first;
  expect(await syncOf(synced)).toEqual(pushed);
  expect(server.held.size).toBe(1);
});

test("a destination that is unwell is left alone for the rest of the round, and others are not", async () => {
  const many = await Promise.all(Array.from({ length: 9 }, () => makeAtAcm()));
  const [sick, ...well] = many;
  if (sick === undefined) throw new Error("nothing was made");
  for (let count = 0; count < 6; count += 1) {
    const certificateId = await upload(sick.admin, { name: `more-${count}.test` });
    await addSync(sick.admin, { certificateId, destinationId: sick.destinationId }, TEST_NOW);
  }
  await database().execute(
    `update destinations set credentials_box = null, credentials_key_id = null where id = '${sick.destinationId}'`,
  );
  await database().execute(
    `update destinations set settings = settings || '{"endpoint":"https://127.0.0.1:1"}' where id = '${sick.destinationId}'`,
  );
  await work(later(1));
  for (const synced of well) expect(await syncOf(synced)).toMatchObject({ state: "active" });
  const { rows } = await database().execute(
    `select count(*)::int as tried from syncs where destination_id = '${sick.destinationId}' and attempts > 0`,
  );
  expect(Number(rows[0]?.tried)).toBeLessThanOrEqual(4);
});
