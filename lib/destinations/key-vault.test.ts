import { globalAgent } from "node:https";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type KeyVaultServer, startKeyVaultServer, vaultError } from "@/e2e/destinations/key-vault-server";
import { ANYWHERE, failureOf, makeCopy, NO_HURRY, USUAL } from "@/e2e/destinations/test-copy";
import { fingerprintOf } from "@/lib/destinations/copy";
import { openDestination } from "@/lib/destinations/kinds";

let server: KeyVaultServer;
beforeAll(async () => {
  server = await startKeyVaultServer();
  globalAgent.options.ca = server.ca;
});
afterEach(() => {
  server.fault(null);
  server.recoverAfter(0);
  server.held.clear();
  server.deleted.clear();
  server.asked.length = 0;
});
afterAll(() => server.stop());

function open({ clientSecret = server.secret, authorityHost = server.origin, surroundings = ANYWHERE } = {}) {
  const settings = { vaultUrl: server.origin, tenantId: server.tenantId, clientId: server.clientId, authorityHost };
  return openDestination({ kind: "key_vault", settings, credentials: { clientSecret } }, surroundings);
}

function writes(): string[] {
  return server.asked
    .filter(({ url, method }) => method !== "GET" && !url.pathname.includes("oauth2"))
    .map(({ method, url }) => `${method} ${url.pathname.split("/").at(-1)}`);
}

test("a certificate is imported with its key, its chain and its sync's tag, found there, and deleted", async () => {
  const copy = await makeCopy({ name: "*.Example.test" });
  const { remoteId } = await open().push(copy, null, NO_HURRY);
  expect(remoteId).toMatch(/^wildcard-example-test-[0-9a-f]{12}$/);
  const held = server.held.get(remoteId);
  expect(fingerprintOf(held?.pem ?? "")).toBe(copy.fingerprint);
  expect(held?.pem.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  expect(held?.tags).toMatchObject({
    "certsweep-sync-id": copy.syncId,
    "certsweep-certificate-id": copy.certificateId,
  });
  expect(await open().look(copy, remoteId, NO_HURRY)).toEqual({ state: "present", inUseBy: [] });
  await open().remove(remoteId, copy, NO_HURRY);
  expect([...server.deleted.keys()]).toEqual([remoteId]);
  expect(await open().look(copy, remoteId, NO_HURRY)).toEqual({ state: "absent", inUseBy: [] });
  await open().remove(remoteId, copy, NO_HURRY);
});

test("an import whose answer was lost is found under its name, and makes no second version", async () => {
  const copy = await makeCopy();
  server.fault(({ url }, answer) => {
    if (!url.pathname.endsWith("/import")) return null;
    answer();
    return "break";
  });
  expect((await failureOf(open().push(copy, null, NO_HURRY))).kind).toBe("unreachable");
  server.fault(null);
  const { remoteId } = await open().push(copy, null, NO_HURRY);
  expect(server.held.get(remoteId)?.versions).toBe(1);
  await open().push(await makeCopy({ syncId: copy.syncId, days: 180 }), remoteId, NO_HURRY);
  expect(server.held.get(remoteId)?.versions).toBe(2);
});

test("a copy that was deleted, but whose name is kept, is recovered and written over", async () => {
  const copy = await makeCopy();
  const { remoteId } = await open().push(copy, null, NO_HURRY);
  await open().remove(remoteId, copy, NO_HURRY);
  server.recoverAfter(1);
  const renewed = await makeCopy({ syncId: copy.syncId, days: 180 });
  expect(await open().push(renewed, remoteId, NO_HURRY)).toEqual({ remoteId });
  expect(await open().look(renewed, remoteId, NO_HURRY)).toMatchObject({ state: "present" });
  expect(server.deleted.size).toBe(0);
});

test("another's certificate of the same name is neither written over, recovered nor deleted", async () => {
  const copy = await makeCopy();
  const { remoteId } = await open().push(copy, null, NO_HURRY);
  const held = server.held.get(remoteId);
  if (held === undefined) throw new Error("nothing was imported");
  held.tags = { owner: "somebody" };
  expect((await failureOf(open().push(copy, remoteId, NO_HURRY))).kind).toBe("rejected");
  expect((await failureOf(open().remove(remoteId, copy, NO_HURRY))).kind).toBe("rejected");
  server.held.clear();
  server.deleted.set(remoteId, held);
  const failure = await failureOf(open().push(copy, remoteId, NO_HURRY));
  expect(failure).toMatchObject({
    kind: "rejected",
    message: `${remoteId} does not carry this sync's tag, so it was left alone.`,
  });
  expect(writes()).not.toContain("POST recover");
});

test("a secret that expired, or is another's, gives no token, and is not repeated", async () => {
  const clientSecret = "wrong~SECRETSECRETSECRET";
  const failure = await failureOf(open({ clientSecret }).push(await makeCopy(), null, NO_HURRY));
  expect(failure).toMatchObject({ kind: "credentials", message: expect.stringContaining("AADSTS7000215") });
  expect(failure.whole).not.toContain(clientSecret);
});

test.each([
  [429, "TooManyRequests", "throttled"],
  [403, "Forbidden", "forbidden"],
  [503, "ServiceUnavailable", "unreachable"],
  [400, "BadParameter", "rejected"],
])("%s %s of the vault is told once, without a secret", async (status, code, kind) => {
  const copy = await makeCopy();
  server.fault(({ url }) =>
    url.pathname.endsWith("/import")
      ? vaultError(status, code, `No: ${server.secret} ${copy.privateKey}`, undefined, { "retry-after": "5" })
      : null,
  );
  const failure = await failureOf(open().push(copy, null, NO_HURRY));
  expect(failure).toMatchObject({
    kind,
    retryAfterMs: 5_000,
    message: expect.stringContaining(`Azure answered ${status}: No:`),
  });
  expect(failure.whole).not.toContain(server.secret);
  expect(failure.whole).not.toContain("PRIVATE KEY");
  expect(writes()).toEqual(["POST import"]);
});

test.each([
  ["garbage", { status: 200, headers: { "content-type": "application/json" }, body: "<html>" }],
  ["an answer without end", { status: 200, body: Buffer.alloc(6_000_000, 32) }],
  ["a redirect", { status: 307, headers: { location: "https://example.test/" } }],
  ["a broken connection", "break" as const],
])("%s is a failure, of the vault and of the token endpoint", async (_, reply) => {
  server.fault(({ url }) => (url.pathname.startsWith("/certificates/") ? reply : null));
  expect((await failureOf(open().push(await makeCopy(), null, NO_HURRY))).kind).toBe("unreachable");
  server.fault(({ url }) => (url.pathname.startsWith(`/${server.tenantId}/`) ? reply : null));
  expect((await failureOf(open().push(await makeCopy(), null, NO_HURRY))).kind).toBe("unreachable");
  expect(server.held.size).toBe(0);
});

test.each(["/certificates/", "/oauth2/"])("a call that hangs at %s ends with its signal", async (where) => {
  const stop = new AbortController();
  server.fault(({ url }) => {
    if (!url.pathname.includes(where)) return null;
    setTimeout(() => stop.abort(), 50);
    return "hang";
  });
  expect((await failureOf(open().look(await makeCopy(), "x", stop.signal))).message).toBe("The call was broken off.");
});

test("Microsoft's own tokens are only asked for where the vault is of the same cloud", async () => {
  const destination = open({ authorityHost: "https://login.microsoftonline.com" });
  expect(await failureOf(destination.look(await makeCopy(), "x", NO_HURRY))).toMatchObject({
    kind: "rejected",
    message: "The vault asks for a token of another cloud, so none was asked for.",
  });
});

test("an address that is not allowed is not connected to", async () => {
  const failure = await failureOf(open({ surroundings: USUAL }).look(await makeCopy(), "x", NO_HURRY));
  expect(failure).toMatchObject({ kind: "unreachable", message: expect.stringContaining("loopback address") });
  expect(server.asked).toEqual([]);
});

test("a test lists, imports and deletes, and says which of them failed", async () => {
  const good = await open().test(NO_HURRY);
  expect([good.list.ok, good.put.ok, good.delete.ok]).toEqual([true, true, true]);
  expect(server.held.size).toBe(0);
  server.fault(({ method }) =>
    method === "DELETE" ? vaultError(403, "Forbidden", "no certificates/delete permission") : null,
  );
  const answer = await open().test(NO_HURRY);
  expect([answer.list.ok, answer.put.ok, answer.delete.ok]).toEqual([true, true, false]);
  expect(answer.delete.sentence).toContain(
    "no certificates/delete permission The test certificate is still there: certsweep-test",
  );
});
