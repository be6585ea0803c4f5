import { globalAgent } from "node:https";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type AcmServer, awsError, startAcmServer } from "@/e2e/destinations/acm-server";
import { ANYWHERE, failureOf, makeCopy, NO_HURRY, USUAL } from "@/e2e/destinations/test-copy";
import { fingerprintOf } from "@/lib/destinations/copy";
import { openDestination } from "@/lib/destinations/kinds";

let server: AcmServer;
beforeAll(async () => {
  server = await startAcmServer({ pageSize: 3 });
  globalAgent.options.ca = server.ca;
});
afterEach(() => {
  server.fault(null);
  server.held.clear();
  server.asked.length = 0;
});
afterAll(() => server.stop());

function open(credentials: object = server.keys, surroundings = ANYWHERE) {
  const settings = { region: server.region, endpoint: server.origin };
  return openDestination({ kind: "acm", settings, credentials }, surroundings);
}

function operations(): string[] {
  return server.asked.map(({ headers }) => String(headers["x-amz-target"]).replace("CertificateManager.", ""));
}

test("a certificate is imported with its chain and its sync's tag, found there, and deleted", async () => {
  const copy = await makeCopy();
  const { remoteId } = await open().push(copy, null, NO_HURRY);
  const held = server.held.get(remoteId);
  expect(fingerprintOf(held?.certificate ?? "")).toBe(copy.fingerprint);
  expect(held?.chain?.trim()).toBe(copy.chain[0]);
  expect(held?.tags).toContainEqual({ Key: "certsweep:sync-id", Value: copy.syncId });
  expect(await open().look(copy, remoteId, NO_HURRY)).toEqual({ state: "present", inUseBy: [] });
  await open().remove(remoteId, copy, NO_HURRY);
  expect(server.held.size).toBe(0);
  expect(await open().look(copy, remoteId, NO_HURRY)).toEqual({ state: "absent", inUseBy: [] });
  await open().remove(remoteId, copy, NO_HURRY);
});

test("a renewed certificate is imported onto the same ARN, which the services that use it keep", async () => {
  const copy = await makeCopy();
  const { remoteId } = await open().push(copy, null, NO_HURRY);
  const renewed = await makeCopy({ syncId: copy.syncId, days: 180 });
  expect(await open().look(renewed, remoteId, NO_HURRY)).toMatchObject({ state: "different" });
  expect(await open().push(renewed, remoteId, NO_HURRY)).toEqual({ remoteId });
  expect(await open().look(renewed, remoteId, NO_HURRY)).toMatchObject({ state: "present" });
  expect(server.held.size).toBe(1);
});

test("an import whose answer was lost is found by its tag among others on later pages, and not made twice", async () => {
  const copy = await makeCopy();
  for (let other = 0; other < 5; other++) await open().push(await makeCopy(), null, NO_HURRY);
  server.fault(({ headers }, answer) => {
    if (!String(headers["x-amz-target"]).endsWith("ImportCertificate")) return null;
    answer();
    return "break";
  });
  expect((await failureOf(open().push(copy, null, NO_HURRY))).kind).toBe("unreachable");
  server.fault(null);
  const known = [...server.held].find(([, { tags }]) => tags.some(({ Value }) => Value === copy.syncId))?.[0];
  expect(await open().push(copy, null, NO_HURRY)).toEqual({ remoteId: known });
  expect(server.held.size).toBe(6);
});

test("a certificate that vanished there is imported anew", async () => {
  const copy = await makeCopy();
  const { remoteId } = await open().push(copy, null, NO_HURRY);
  server.held.clear();
  const again = await open().push(copy, remoteId, NO_HURRY);
  expect(again.remoteId).not.toBe(remoteId);
  expect([...server.held.keys()]).toEqual([again.remoteId]);
});

test("what uses a certificate is told, and it is not deleted", async () => {
  const copy = await makeCopy();
  const { remoteId } = await open().push(copy, null, NO_HURRY);
  const balancer = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188";
  server.held.get(remoteId)?.inUseBy.push(balancer);
  expect(await open().look(copy, remoteId, NO_HURRY)).toEqual({ state: "present", inUseBy: [balancer] });
  const failure = await failureOf(open().remove(remoteId, copy, NO_HURRY));
  expect(failure).toMatchObject({ kind: "in_use", message: expect.stringContaining("ResourceInUseException") });
  expect(server.held.has(remoteId)).toBe(true);
});

test("another's certificate is neither deleted nor written over", async () => {
  const copy = await makeCopy();
  const { remoteId } = await open().push(copy, null, NO_HURRY);
  const stranger = await makeCopy();
  expect((await failureOf(open().remove(remoteId, stranger, NO_HURRY))).kind).toBe("rejected");
  const pushed = await open().push(stranger, remoteId, NO_HURRY);
  expect(pushed.remoteId).not.toBe(remoteId);
  expect(await open().look(copy, remoteId, NO_HURRY)).toMatchObject({ state: "present" });
});

test("a certificate without its key is refused before anything is sent", async () => {
  const failure = await failureOf(open().push({ ...(await makeCopy()), privateKey: null }, null, NO_HURRY));
  expect(failure.kind).toBe("rejected");
  expect(server.asked).toEqual([]);
});

test.each([
  ["ThrottlingException", "Rate exceeded", 400, "throttled"],
  ["ExpiredTokenException", "The security token included in the request is expired", 403, "credentials"],
  ["AccessDeniedException", "User is not authorized to perform: acm:ImportCertificate", 400, "forbidden"],
  ["LimitExceededException", "You have reached your quota", 400, "rejected"],
  ["InternalFailure", "An error occurred", 500, "unreachable"],
])("%s is told in AWS's words, once and without a secret", async (type, message, status, kind) => {
  const copy = await makeCopy();
  const echo = `${message} ${server.keys.secretAccessKey} ${copy.privateKey}`;
  server.fault(() => awsError(type, echo, { status, headers: { "retry-after": "7" } }));
  const failure = await failureOf(open().push(copy, null, NO_HURRY));
  expect(failure).toMatchObject({ kind, retryAfterMs: 7_000 });
  expect(failure.message).toContain(`AWS answered ${type}: ${message}`);
  expect(failure.whole).not.toContain(server.keys.secretAccessKey);
  expect(failure.whole).not.toContain("PRIVATE KEY");
  expect(operations()).toEqual(["ListCertificates"]);
});

test("keys that AWS does not know are told of as such", async () => {
  const failure = await failureOf(
    open({ accessKeyId: "AKIAUNKNOWN000000000", secretAccessKey: "x".repeat(40) }).push(
      await makeCopy(),
      null,
      NO_HURRY,
    ),
  );
  expect(failure).toMatchObject({ kind: "credentials", message: expect.not.stringContaining("AKIAUNKNOWN") });
});

test.each([
  ["garbage", { status: 200, headers: { "content-type": "application/x-amz-json-1.1" }, body: "<html>" }],
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
  expect((await failureOf(open().look(await makeCopy(), "arn:aws:acm:x:1:certificate/1", stop.signal))).kind).toBe(
    "unreachable",
  );
});

test("an address that is not allowed is not connected to", async () => {
  const failure = await failureOf(open(server.keys, USUAL).push(await makeCopy(), null, NO_HURRY));
  expect(failure).toMatchObject({ kind: "unreachable", message: expect.stringContaining("loopback address") });
  expect(server.asked).toEqual([]);
});

test("a test lists, puts and deletes, and says which of them failed", async () => {
  expect(await open().test(NO_HURRY)).toEqual({
    list: { ok: true, sentence: "The list could be read." },
    put: { ok: true, sentence: "A test certificate could be put there." },
    delete: { ok: true, sentence: "The test certificate could be deleted again." },
  });
  expect(server.held.size).toBe(0);
  server.fault(({ headers }) =>
    String(headers["x-amz-target"]).endsWith("DeleteCertificate")
      ? awsError("AccessDeniedException", "No acm:DeleteCertificate")
      : null,
  );
  const answer = await open().test(NO_HURRY);
  expect([answer.list.ok, answer.put.ok, answer.delete.ok]).toEqual([true, true, false]);
  expect(answer.delete.sentence).toContain([...server.held.keys()][0]);
  server.fault(() => awsError("AccessDeniedException", "No"));
  const none = await open().test(NO_HURRY);
  expect([none.list.ok, none.put.ok, none.delete.ok]).toEqual([false, false, false]);
});
