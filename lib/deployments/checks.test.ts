import { and, eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { cleanupSkips } from "@/drizzle/schema/cleanup";
import { deployments } from "@/drizzle/schema/use";
import { useTestDatabase } from "@/drizzle/test-database";
import { untilWaiting } from "@/drizzle/test-locks";
import { insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { makeIdentity, startPeer, startRawPeer } from "@/e2e/tls-peer";
import { keep, later, statesOf, useServers, watch } from "@/e2e/watched-endpoint";
import { carryOut } from "@/lib/cleanup/run";
import { claimRequestedRun } from "@/lib/cleanup/schedule";
import { checkBeforeDeletion, checkCertificate } from "@/lib/deployments/checks";
import { addEndpoint } from "@/lib/deployments/endpoints";
import { listDeployments } from "@/lib/deployments/queries";
import { CHECK_COUNTS_MS } from "@/lib/deployments/rules";
import { newId } from "@/lib/ids";
import { deleteSelected } from "@/lib/removal/bulk";
import { readBulk } from "@/lib/removal/bulk-queries";
import { judge, removeCertificate } from "@/lib/removal/commands";
import { readRemoval } from "@/lib/removal/queries";

process.env.CERTSWEEP_PROBE_NETWORKS = "public,private,loopback";
useTestDatabase();

const now = TEST_NOW;
const STALE = CHECK_COUNTS_MS + 1;
const { shop, renewed, serve, watched, peers } = useServers();

describe("right before a deletion", () => {
  test("an endpoint that has moved on since is looked at again and lets it go, with what was seen in the record", async () => {
    const { scope, certificateId, peer } = await watched();
    peer.show({ any: renewed() });
    const at = later(STALE);
    expect(await removeCertificate(scope, { id: certificateId, now: at })).toMatchObject({ kind: "removed" });
    expect((await readRemoval(scope, certificateId))?.evidence.movedOn).toEqual([
      {
        service: "Shop",
        resource: `127.0.0.1:${peer.port}`,
        servedFingerprint: renewed().fingerprint,
        checkedAt: at.toISOString(),
      },
    ]);
  });

  test("one that came back to the certificate keeps it, though the list still says that it had moved on", async () => {
    const { scope, certificateId, peer } = await watched();
    peer.show({ any: renewed() });
    await checkCertificate(scope, { certificateId, now: later(1) });
    peer.show({ any: shop() });
    expect((await judge(scope, { id: certificateId, now: later(STALE) }))?.blockers).toEqual([]);
    expect((await removeCertificate(scope, { id: certificateId, now: later(1 + STALE) })).kind).toBe("blocked");
    expect(await statesOf(scope, certificateId)).toEqual(["serving"]);
  });

  test("a look of at most 15 minutes ago is believed and the endpoint left alone", async () => {
    const { scope, certificateId, peer } = await watched();
    const before = peer.taken();
    await removeCertificate(scope, { id: certificateId, now: later(CHECK_COUNTS_MS) });
    expect(peer.taken()).toBe(before);
    await removeCertificate(scope, { id: certificateId, now: later(STALE) });
    expect(peer.taken()).toBe(before + 1);
  });

  test("one that does not answer in time blocks", async () => {
    const scope = await insertPerson();
    const certificateId = await keep(scope, shop());
    const silent = await startRawPeer(() => undefined);
    peers.push(silent);
    const target = { host: "127.0.0.1", port: silent.port, serverName: null, protocol: "tls" as const };
    await addEndpoint(scope, { certificateId, service: "Silent", note: "", ...target }, now);
    expect((await removeCertificate(scope, { id: certificateId, now })).kind).toBe("blocked");
    expect(await statesOf(scope, certificateId)).toEqual(["unreachable"]);
  });

  test("the statement that deletes believes no look older than 15 minutes", async () => {
    const { scope, certificateId, peer } = await watched();
    peer.show({ any: renewed() });
    await checkCertificate(scope, { certificateId, now: later(1) });
    const at = later(1 + STALE);
    // As if the look before the deletion had not come about.
    await checkBeforeDeletion(scope, { ids: [certificateId], now: at, goesOn: async () => false });
    expect((await judge(scope, { id: certificateId, now: at, isToGo: true }))?.blockers).toMatchObject([
      { blocker: "deployed" },
    ]);
  });

  test("an answer that arrives after the certificate went changes nothing", async () => {
    const { scope, certificateId, peer } = await watched();
    peer.show({ any: renewed() });
    await checkCertificate(scope, { certificateId, now: later(1) });
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = await startPeer({ identities: { any: shop() }, before: () => held.then(() => true) });
    peers.push(slow);
    const target = { host: "127.0.0.1", port: slow.port, serverName: null, protocol: "tls" as const };
    await database()
      .update(deployments)
      .set({ port: target.port })
      .where(and(eq(deployments.accountId, scope.accountId), eq(deployments.certificateId, certificateId)));
    const checking = checkCertificate(scope, { certificateId, now: later(3) });
    while (slow.taken() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await removeCertificate(scope, { id: certificateId, now: later(2) })).kind).toBe("removed");
    release();
    await checking;
    expect((await listDeployments(scope, certificateId)).total).toBe(0);
    expect((await readRemoval(scope, certificateId))?.evidence.movedOn).toMatchObject([
      { servedFingerprint: renewed().fingerprint },
    ]);
  });

  test("an endpoint that is seen serving while the deletion waits for its row keeps the certificate", async () => {
    const { scope, certificateId, peer, deploymentId } = await watched();
    peer.show({ any: renewed() });
    await checkCertificate(scope, { certificateId, now: later(1) });
    let deleting: Promise<{ kind: string }> = Promise.resolve({ kind: "none" });
    await database().transaction(async (tx) => {
      await tx
        .update(deployments)
        .set({ state: "serving", servedChain: null, checkedAt: later(2) })
        .where(and(eq(deployments.accountId, scope.accountId), eq(deployments.id, deploymentId)));
      deleting = removeCertificate(scope, { id: certificateId, now: later(3) });
      await untilWaiting();
    });
    expect((await deleting).kind).toBe("blocked");
  });
});

describe("a bulk deletion and a cleanup run", () => {
  test("look first, each for its certificates, and take what has moved on", async () => {
    const { scope, certificateId, peer } = await watched();
    const kept = await makeIdentity("kept.example.test");
    const keptId = await keep(scope, kept);
    const keeper = await serve(kept);
    await watch({ scope, certificateId: keptId, port: keeper.port });
    peer.show({ any: renewed() });
    const { bulkDeletionId } = await deleteSelected(scope, {
      selection: { kind: "chosen", ids: [certificateId, keptId] },
      now: later(STALE),
    });
    expect(await readBulk(scope, bulkDeletionId, later(STALE))).toMatchObject({
      removed: 1,
      skipped: { deployed: 1 },
    });
    expect((await readRemoval(scope, certificateId))?.evidence.movedOn).toHaveLength(1);
  });

  test("the run skips what is still served, with its reason, and records what had moved on", async () => {
    const { scope, certificateId, peer } = await watched();
    const kept = await makeIdentity("stays.example.test");
    const keptId = await keep(scope, kept);
    const keeper = await serve(kept);
    await watch({ scope, certificateId: keptId, port: keeper.port });
    const old = { notBefore: new Date("2020-01-01T00:00:00Z"), notAfter: new Date("2021-01-01T00:00:00Z") };
    await database().update(certificates).set(old).where(eq(certificates.accountId, scope.accountId));
    peer.show({ any: renewed() });
    const at = later(STALE);
    const claim = await claimRequestedRun(
      scope,
      { runId: newId(), startedById: scope.userId, startedByLabel: scope.email },
      at,
    );
    if (claim === null) throw new Error("the run cannot be claimed");
    const options = { clock: () => at, signal: new AbortController().signal };
    expect(await carryOut(scope, { ...claim, isApproved: true }, options)).toBe("succeeded");
    expect((await readRemoval(scope, certificateId))?.evidence.movedOn).toHaveLength(1);
    const skips = await database().select().from(cleanupSkips).where(eq(cleanupSkips.runId, claim.runId));
    expect(skips).toMatchObject([{ certificateId: keptId, reason: "deployed" }]);
  });
});
