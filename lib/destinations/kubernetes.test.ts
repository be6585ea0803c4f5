import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type KubernetesServer, kubeStatus, startKubernetesServer } from "@/e2e/destinations/kubernetes-server";
import { ANYWHERE, failureOf, makeCopy, NO_HURRY, USUAL } from "@/e2e/destinations/test-copy";
import { fingerprintOf } from "@/lib/destinations/copy";
import { openDestination } from "@/lib/destinations/kinds";

let server: KubernetesServer;
beforeAll(async () => {
  server = await startKubernetesServer();
});
afterEach(() => {
  server.fault(null);
  server.held.clear();
  server.asked.length = 0;
});
afterAll(() => server.stop());

function open(kubeconfig = server.kubeconfig(), surroundings = ANYWHERE) {
  return openDestination(
    { kind: "kubernetes", settings: { namespace: "web" }, credentials: { kubeconfig } },
    surroundings,
  );
}

function heldAt(place: string) {
  const held = server.held.get(place);
  if (held === undefined) throw new Error(`${place} is not there`);
  return held;
}

test("a certificate becomes a Secret for ingresses with leaf and chain, is found there, and deleted", async () => {
  const copy = await makeCopy();
  const { remoteId } = await open().push(copy, null, NO_HURRY);
  expect(remoteId).toBe("web/www-example-test");
  const held = heldAt(remoteId);
  expect(held).toMatchObject({
    type: "kubernetes.io/tls",
    metadata: { annotations: { "certsweep/sync-id": copy.syncId } },
  });
  const crt = Buffer.from(held.data["tls.crt"] ?? "", "base64").toString();
  expect([fingerprintOf(crt), crt.match(/BEGIN CERTIFICATE/g)?.length]).toEqual([copy.fingerprint, 2]);
  expect(Buffer.from(held.data["tls.key"] ?? "", "base64").toString()).toBe(copy.privateKey);
  expect(await open().look(copy, remoteId, NO_HURRY)).toEqual({ state: "present", inUseBy: [] });
  await open().remove(remoteId, copy, NO_HURRY);
  expect(server.held.size).toBe(0);
  expect(await open().look(copy, remoteId, NO_HURRY)).toEqual({ state: "absent", inUseBy: [] });
  await open().remove(remoteId, copy, NO_HURRY);
});

test("what others wrote on the Secret stays when it is written again, and a changed key is drift", async () => {
  const copy = await makeCopy();
  const { remoteId } = await open().push(copy, null, NO_HURRY);
  const held = heldAt(remoteId);
  held.metadata.labels = { ...held.metadata.labels, team: "edge" };
  held.data["tls.key"] = Buffer.from("another").toString("base64");
  expect(await open().look(copy, remoteId, NO_HURRY)).toMatchObject({ state: "different" });
  await open().push(copy, remoteId, NO_HURRY);
  expect(await open().look(copy, remoteId, NO_HURRY)).toMatchObject({ state: "present" });
  expect(heldAt(remoteId).metadata.labels).toMatchObject({ team: "edge" });
});

test("a push whose answer was lost is found by its sync, also after the certificate was renamed", async () => {
  const copy = await makeCopy();
  server.fault(({ method }, answer) => {
    if (method !== "POST") return null;
    answer();
    return "break";
  });
  expect((await failureOf(open().push(copy, null, NO_HURRY))).kind).toBe("unreachable");
  server.fault(null);
  expect(await open().push({ ...copy, name: "renamed" }, null, NO_HURRY)).toEqual({ remoteId: "web/www-example-test" });
  expect(server.held.size).toBe(1);
});

test("a Secret of somebody else is neither written over nor deleted", async () => {
  const copy = await makeCopy();
  const { remoteId } = await open().push(copy, null, NO_HURRY);
  const held = heldAt(remoteId);
  held.metadata.annotations = {};
  held.metadata.labels = {};
  const before = structuredClone(held);
  expect(await failureOf(open().push(copy, null, NO_HURRY))).toMatchObject({
    kind: "rejected",
    message: "The Secret web/www-example-test does not belong to this sync, so it was left alone.",
  });
  expect((await failureOf(open().remove(remoteId, copy, NO_HURRY))).kind).toBe("rejected");
  expect(heldAt(remoteId)).toEqual(before);
});

test("the renewal of another sync takes the Secret over, and the former sync neither takes it back nor deletes it", async () => {
  const copy = await makeCopy();
  const renewal = await makeCopy({ days: 180 });
  const { remoteId } = await open().push(copy, null, NO_HURRY);
  expect(await open().push(renewal, null, NO_HURRY)).toEqual({ remoteId });
  expect(await open().look(renewal, remoteId, NO_HURRY)).toMatchObject({ state: "present" });
  expect(await open().look(copy, remoteId, NO_HURRY)).toMatchObject({ state: "different" });
  expect((await failureOf(open().push(copy, remoteId, NO_HURRY))).kind).toBe("rejected");
  await open().remove(remoteId, copy, NO_HURRY);
  expect(await open().look(renewal, remoteId, NO_HURRY)).toMatchObject({ state: "present" });
});

test("a Secret that changes between reading and writing is left to whoever changed it", async () => {
  const copy = await makeCopy();
  const { remoteId } = await open().push(copy, null, NO_HURRY);
  server.fault(({ method }, answer) => {
    if (method === "GET") return null;
    heldAt(remoteId).metadata.resourceVersion = `90${server.asked.length}`;
    return answer();
  });
  const renewed = await makeCopy({ syncId: copy.syncId, days: 180 });
  expect((await failureOf(open().push(renewed, remoteId, NO_HURRY))).message).toContain("changed at the same moment");
  expect((await failureOf(open().remove(remoteId, copy, NO_HURRY))).message).toContain("changed at the same moment");
  expect(server.held.size).toBe(1);
});

test.each([
  [
    "exec",
    { exec: { apiVersion: "client.authentication.k8s.io/v1", command: "touch", args: ["/tmp/owned"] } },
    "runs a program",
  ],
  ["auth-provider", { "auth-provider": { name: "gcp", config: { "cmd-path": "touch" } } }, "runs a program"],
  ["client-key", { "client-certificate": "/etc/passwd", "client-key": "/etc/shadow" }, "names files"],
])("a kubeconfig with %s is refused before anything is run, read or sent", async (_, user, words) => {
  const failure = await failureOf(open(server.kubeconfig(user)).push(await makeCopy(), null, NO_HURRY));
  expect(failure).toMatchObject({ kind: "rejected", message: expect.stringContaining(words) });
  expect(server.asked).toEqual([]);
});

test("a kubeconfig that cannot be read is not repeated, nor is one that names a file for its CA", async () => {
  const failure = await failureOf(
    open("users: [{ token: SECRETSECRETSECRET").look(await makeCopy(), "web/x", NO_HURRY),
  );
  expect(failure.kind).toBe("rejected");
  expect(failure.whole).not.toContain("SECRETSECRETSECRET");
  const named = server
    .kubeconfig()
    .replace(/"certificate-authority-data":"[^"]+"/, '"certificate-authority":"/etc/ca.pem"');
  expect((await failureOf(open(named).look(await makeCopy(), "web/x", NO_HURRY))).message).toContain("names files");
  const unchecked = server.kubeconfig().replace('"server"', '"insecure-skip-tls-verify":true,"server"');
  expect((await failureOf(open(unchecked).look(await makeCopy(), "web/x", NO_HURRY))).message).toContain("turns off");
  const proxied = server.kubeconfig().replace('"server"', '"proxy-url":"http://127.0.0.1:1","server"');
  expect((await failureOf(open(proxied).look(await makeCopy(), "web/x", NO_HURRY))).message).toContain("proxy");
});

test("outside of a cluster there is no cluster of one's own", async () => {
  const failure = await failureOf(open("").push(await makeCopy(), null, NO_HURRY));
  expect(failure).toMatchObject({
    kind: "credentials",
    message: "The server does not run in a cluster. Enter a kubeconfig.",
  });
});

test.each([
  [401, "Unauthorized", "credentials"],
  [403, "Forbidden", "forbidden"],
  [429, "TooManyRequests", "throttled"],
  [500, "InternalError", "unreachable"],
  [422, "Invalid", "rejected"],
])("%s %s is told once, without a secret", async (code, reason, kind) => {
  const copy = await makeCopy();
  server.fault(() => kubeStatus(code, reason, `No: ${server.token} ${copy.privateKey}`, { "retry-after": "3" }));
  const failure = await failureOf(open().push(copy, null, NO_HURRY));
  expect(failure).toMatchObject({ kind, retryAfterMs: 3_000 });
  expect(failure.message).toContain(
    `The cluster answered ${code} ${code === 401 ? "without a reason" : `${reason}: No:`}`,
  );
  expect(failure.whole).not.toContain(server.token);
  expect(failure.whole).not.toContain("PRIVATE KEY");
  expect(server.asked).toHaveLength(1);
});

test.each([
  ["garbage", { status: 200, headers: { "content-type": "application/json" }, body: "<html>" }],
  ["an answer without end", { status: 200, body: Buffer.alloc(6_000_000, 32) }],
  ["a redirect", { status: 307, headers: { location: "https://example.test/" } }],
  ["a broken connection", "break" as const],
])("%s is a failure", async (_, reply) => {
  server.fault(() => reply);
  expect((await failureOf(open().push(await makeCopy(), null, NO_HURRY))).kind).toBe("unreachable");
  expect(server.asked).toHaveLength(1);
});

test("a call that hangs ends with its signal", async () => {
  const stop = new AbortController();
  server.fault(() => {
    setTimeout(() => stop.abort(), 50);
    return "hang";
  });
  expect((await failureOf(open().look(await makeCopy(), "web/x", stop.signal))).message).toBe(
    "The call was broken off.",
  );
});

test("a cluster with another CA, and an address that is not allowed, get nothing", async () => {
  const untrusted = server
    .kubeconfig()
    .replace(/"certificate-authority-data":"[^"]+"/, '"tls-server-name":"localhost"');
  expect((await failureOf(open(untrusted).push(await makeCopy(), null, NO_HURRY))).message).toContain("does not trust");
  const failure = await failureOf(open(server.kubeconfig(), USUAL).push(await makeCopy(), null, NO_HURRY));
  expect(failure).toMatchObject({ kind: "unreachable", message: expect.stringContaining("loopback address") });
  expect(server.asked).toEqual([]);
});

test("a test lists, writes and deletes, and says which of them failed", async () => {
  const good = await open().test(NO_HURRY);
  expect([good.list.ok, good.put.ok, good.delete.ok]).toEqual([true, true, true]);
  expect(server.held.size).toBe(0);
  const forbidden = 'secrets is forbidden: User "deployer" cannot create resource "secrets"';
  server.fault(({ method }) => (method === "POST" ? kubeStatus(403, "Forbidden", forbidden) : null));
  const answer = await open().test(NO_HURRY);
  expect([answer.list.ok, answer.put.ok, answer.delete.ok]).toEqual([true, false, false]);
  expect(answer.put.sentence).toContain(forbidden);
});
