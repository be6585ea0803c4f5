import { describe, expect, test } from "vitest";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificate, insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { keep, later, statesOf, useServers, watch } from "@/e2e/watched-endpoint";
import { checkCertificate } from "@/lib/deployments/checks";
import { addEndpoint } from "@/lib/deployments/endpoints";
import { deploymentTasks } from "@/lib/deployments/job";
import { listDeployments } from "@/lib/deployments/queries";
import { CHECK_EVERY_MS } from "@/lib/deployments/rules";
import { addServed } from "@/lib/deployments/served";
import { newId } from "@/lib/ids";
import { judge, removeCertificate } from "@/lib/removal/commands";

process.env.CERTSWEEP_PROBE_NETWORKS = "public,private,loopback";
useTestDatabase();

const now = TEST_NOW;
const { renewed, watched } = useServers();

describe("an endpoint", () => {
  test("that serves the certificate blocks, and says when it was looked at and when it will be again", async () => {
    const { scope, certificateId, peer } = await watched();
    const { deployments: list } = await listDeployments(scope, certificateId);
    expect(list).toMatchObject([
      {
        kind: "endpoint",
        resource: `127.0.0.1:${peer.port}`,
        endpoint: { state: "serving", stateSince: now, checkedAt: now, problem: null, served: null },
      },
    ]);
    const next = list[0]?.endpoint?.nextCheckAt ?? now;
    expect(next.getTime() - now.getTime()).toBeGreaterThanOrEqual(CHECK_EVERY_MS);
    expect(next.getTime() - now.getTime()).toBeLessThanOrEqual(CHECK_EVERY_MS * 1.1);
    expect((await judge(scope, { id: certificateId, now }))?.blockers).toEqual([
      { blocker: "deployed", sentence: `In use by Shop 127.0.0.1:${peer.port}.` },
    ]);
    expect((await removeCertificate(scope, { id: certificateId, now })).kind).toBe("blocked");
  });

  test("that serves another one does not block, names it, and can add it to the inventory", async () => {
    const { scope, certificateId, peer, deploymentId } = await watched();
    peer.show({ any: renewed() });
    await checkCertificate(scope, { certificateId, now: later(1) });
    const { deployments: list } = await listDeployments(scope, certificateId);
    expect(list[0]?.endpoint).toMatchObject({
      ...{ state: "moved_on", stateSince: later(1), checkedAt: later(1) },
      served: { fingerprint: renewed().fingerprint, certificate: null },
    });
    expect((await judge(scope, { id: certificateId, now: later(1) }))?.blockers).toEqual([]);
    const added = await addServed(scope, { certificateId, deploymentId }, later(2));
    expect(added).toMatchObject({ kind: "added", name: "renewed.example.test" });
    expect(await statesOf(scope, added.id)).toEqual(["serving"]);
    const { deployments: again } = await listDeployments(scope, certificateId);
    expect(again[0]?.endpoint?.served?.certificate).toEqual({ id: added.id, name: "renewed.example.test" });
  });

  test("that was renewed with a certificate of the inventory protects that one by itself", async () => {
    const { scope, certificateId, peer } = await watched();
    const renewedId = await keep(scope, renewed());
    peer.show({ any: renewed() });
    await checkCertificate(scope, { certificateId, now: later(1) });
    expect(await statesOf(scope, renewedId)).toEqual(["serving"]);
    expect((await removeCertificate(scope, { id: renewedId, now: later(2) })).kind).toBe("blocked");
  });

  test("that does not answer blocks and says since when and why", async () => {
    const { scope, certificateId, peer } = await watched();
    await peer.stop();
    await checkCertificate(scope, { certificateId, now: later(1_000) });
    await checkCertificate(scope, { certificateId, now: later(2_000) });
    const { deployments: list } = await listDeployments(scope, certificateId);
    expect(list[0]?.endpoint).toMatchObject({
      ...{ state: "unreachable", stateSince: later(1_000), checkedAt: later(2_000) },
      problem: expect.stringMatching(/^\S.+\.$/),
    });
    expect((await removeCertificate(scope, { id: certificateId, now: later(3_000) })).kind).toBe("blocked");
  });

  test("that nobody has looked at yet blocks, whatever else is known", async () => {
    const scope = await insertPerson();
    const { id: certificateId } = await insertCertificate(scope.accountId);
    const target = { host: "192.0.2.1", port: 443, serverName: null, protocol: "tls" as const };
    await addEndpoint(scope, { certificateId, service: "", note: "", ...target }, now);
    expect(await statesOf(scope, certificateId)).toEqual(["never_checked"]);
    expect((await judge(scope, { id: certificateId, now }))?.blockers).toMatchObject([{ blocker: "deployed" }]);
  });

  test("is refused twice, and for a certificate that is gone", async () => {
    const { scope, certificateId, peer } = await watched();
    await expect(watch({ scope, certificateId, port: peer.port })).rejects.toMatchObject({ code: "conflict" });
    await expect(watch({ scope, certificateId: newId(), port: peer.port })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

describe("the job", () => {
  test("looks at what is due, once for two servers, and plans the next look", async () => {
    const { scope, certificateId, peer } = await watched();
    const at = later(CHECK_EVERY_MS * 2);
    const before = peer.taken();
    const { endpoints_tick: tick } = deploymentTasks({ clock: () => at, signal: new AbortController().signal });
    await Promise.all([tick(), tick()]);
    expect(peer.taken()).toBe(before + 1);
    const { deployments: list } = await listDeployments(scope, certificateId);
    expect(list[0]?.endpoint).toMatchObject({ state: "serving", checkedAt: at });
    await tick();
    expect(peer.taken()).toBe(before + 1);
  });
});
