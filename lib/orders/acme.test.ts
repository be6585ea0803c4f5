import { createPublicKey, X509Certificate } from "node:crypto";
import { eq } from "drizzle-orm";
import { describe, expect, test, vi } from "vitest";
import { database } from "@/drizzle/client";
import { acmeChallenges } from "@/drizzle/schema/orders";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertPerson } from "@/drizzle/test-rows";
import { makeAcmeIssuer, useAcme } from "@/e2e/acme-issuer";
import { revokeAtAcme } from "@/lib/acme/revoke";
import { readCertificate } from "@/lib/certificates/detail";
import { openPrivateKey } from "@/lib/certificates/private-keys";
import { openAcmeAccount } from "@/lib/issuers/acme-accounts";
import { retireIssuer } from "@/lib/issuers/change";
import { cancelOrder, placeOrder, renew, retryOrder } from "@/lib/orders/commands";
import { renewalTimeOf } from "@/lib/orders/rules";
import { makeKey } from "@/lib/pki/keys";
import { makeRequest } from "@/lib/pki/requests";
import { actionsOf, answerByRoute, clock, issuanceOf, NO_HURRY, order, orderOf, useJobs, work } from "./test-orders";

vi.mock("next/headers", () => ({ headers: async () => new Headers() }));
useTestDatabase();
useJobs();
const world = useAcme({ nonceReject: 30, authorizationReuse: 100, blockedDomains: ["blocked.test"] });

async function makeWorld(ca: NonNullable<ReturnType<typeof world.ca>>) {
  answerByRoute(world.answers());
  const admin = await insertPerson({ role: "admin" });
  return { admin, issuerId: await makeAcmeIssuer(admin, ca) };
}

describe("an order at Let's Encrypt's test CA", () => {
  test("is proven by the product's own answer, issued, and kept with its key", async (context) => {
    const ca = world.ca();
    if (ca === null) return context.skip("pebble could not be had");
    const { admin, issuerId } = await makeWorld(ca);
    const orderId = await order(admin, { issuerId, names: ["WWW.Example.test", "example.test."] });
    expect(await orderOf(admin, orderId)).toMatchObject({
      state: "queued",
      names: ["www.example.test", "example.test"],
    });
    await work();
    const done = await orderOf(admin, orderId);
    expect(done).toMatchObject({ state: "issued", problem: null, keyBox: null, leaseUntil: null, nextAttemptAt: null });
    expect(done.steps.map(({ text }) => text)).toEqual([
      "Ordered from Test CA.",
      "Test CA took the order.",
      "Test CA is asked to look at 2 names.",
      "All names are proven. The request for the certificate is handed in.",
      "Test CA issued the certificate.",
    ]);
    const kept = await readCertificate(admin, done.certificateId ?? "");
    expect(kept).toMatchObject({ source: "issued", name: "www.example.test", hasPrivateKey: true });
    expect(kept?.details.chain).toHaveLength(1);
    const key = await openPrivateKey(admin, done.certificateId ?? "");
    const own = new X509Certificate(kept?.pem ?? "").publicKey.export({ type: "spki", format: "pem" });
    expect(createPublicKey(key ?? "").export({ type: "spki", format: "pem" })).toBe(own);
    const { notBefore, notAfter } = kept ?? { notBefore: clock(), notAfter: clock() };
    expect(await issuanceOf(admin, done.certificateId)).toMatchObject({
      ...{ issuerId, orderId, authorityId: null, serialHex: kept?.details.serialHex, renewedById: null },
      ...{ renewAt: renewalTimeOf({ notBefore, notAfter }), renewalProblem: null },
    });
    expect(await database().$count(acmeChallenges, eq(acmeChallenges.orderId, orderId))).toBe(0);
    expect(await actionsOf(admin)).toEqual(["issuer.added", "order.placed", "certificate.issued"]);
    expect(await ca.statusOf(kept?.details.serialHex ?? "")).toBe("Valid");
  });

  test("is renewed with another key, and the certificate of before points to the new one", async (context) => {
    const ca = world.ca();
    if (ca === null) return context.skip("pebble could not be had");
    const { admin, issuerId } = await makeWorld(ca);
    const first = await order(admin, { issuerId });
    await work();
    const before = (await orderOf(admin, first)).certificateId ?? "";
    const placed = await renew(admin, before, clock());
    const again = await renew(admin, before, clock());
    expect(again).toMatchObject({ kind: "refused", sentence: "It is being renewed already." });
    await work();
    const orderId = placed.kind === "placed" ? placed.orderId : "";
    const done = await orderOf(admin, orderId);
    expect(done).toMatchObject({ state: "issued", kind: "renew", replacesId: before });
    // The CA remembers that the name was proven.
    expect(done.steps.filter(({ text }) => text.includes("is asked to look"))).toEqual([]);
    expect(done.certificateId).not.toBe(before);
    expect(await issuanceOf(admin, before)).toMatchObject({ renewedById: done.certificateId, renewAt: null });
    expect(await openPrivateKey(admin, before)).not.toBe(await openPrivateKey(admin, done.certificateId ?? ""));
    expect(await renew(admin, before, clock())).toMatchObject({
      kind: "refused",
      sentence: expect.stringContaining("renewed already"),
    });
    expect(await actionsOf(admin)).toContain("certificate.renewed");
  });

  test("takes a request that was made elsewhere, whose key never comes here, also for its renewal", async (context) => {
    const ca = world.ca();
    if (ca === null) return context.skip("pebble could not be had");
    const { admin, issuerId } = await makeWorld(ca);
    const { privateKeyPem } = await makeKey("rsa_2048");
    const csr = makeRequest({ privateKeyPem, names: ["own.example.test"], commonName: null }).pem;
    const first = await order(admin, { issuerId, names: [], csr });
    await work();
    const done = await orderOf(admin, first);
    expect(done).toMatchObject({ state: "issued", keyAlgorithm: null, names: ["own.example.test"] });
    expect(await readCertificate(admin, done.certificateId ?? "")).toMatchObject({ hasPrivateKey: false });
    expect(await issuanceOf(admin, done.certificateId)).toMatchObject({
      ...{ renewAt: null, renewalProblem: expect.stringContaining("Its private key is kept elsewhere") },
    });
    const placed = await renew(admin, done.certificateId ?? "", clock());
    await work();
    const renewed = await orderOf(admin, placed.kind === "placed" ? placed.orderId : "");
    expect(renewed).toMatchObject({ state: "issued", csr });
  });

  test("fails with what the CA saw, destroys its key, and is tried again with another one", async (context) => {
    const ca = world.ca();
    if (ca === null) return context.skip("pebble could not be had");
    const { admin, issuerId } = await makeWorld(ca);
    world.answers().answer(async () => "something else");
    const orderId = await order(admin, { issuerId, names: ["wrong.example.test"] });
    const { csr } = await orderOf(admin, orderId);
    await work();
    const failed = await orderOf(admin, orderId);
    expect(failed).toMatchObject({ state: "failed", keyBox: null, orderUrl: null, certificateId: null });
    expect(failed.problem).toMatch(/^wrong\.example\.test: .*(authorization|did not match).*\.$/i);
    expect(failed.authorizations).toMatchObject([
      { name: "wrong.example.test", status: "invalid", problem: expect.any(String) },
    ]);
    answerByRoute(world.answers());
    await retryOrder(admin, orderId, clock());
    await work();
    const done = await orderOf(admin, orderId);
    expect(done).toMatchObject({ state: "issued", problem: null });
    expect(done.csr).not.toBe(csr);
    expect(await actionsOf(admin)).toEqual([
      ...["issuer.added", "order.placed", "order.failed", "order.retried", "certificate.issued"],
    ]);
  });

  test("for a domain that the CA does not issue for fails with its words", async (context) => {
    const ca = world.ca();
    if (ca === null) return context.skip("pebble could not be had");
    const { admin, issuerId } = await makeWorld(ca);
    const orderId = await order(admin, { issuerId, names: ["www.blocked.test"] });
    await work();
    expect(await orderOf(admin, orderId)).toMatchObject({
      ...{ state: "failed", problem: expect.stringMatching(/^The CA refused\. .*blocked\.test/) },
    });
  });

  test("that is canceled leaves no key and no answer behind", async (context) => {
    const ca = world.ca();
    if (ca === null) return context.skip("pebble could not be had");
    const { admin, issuerId } = await makeWorld(ca);
    const orderId = await order(admin, { issuerId });
    await cancelOrder(admin, orderId, clock());
    await work();
    expect(await orderOf(admin, orderId)).toMatchObject({ state: "canceled", keyBox: null, orderUrl: null });
    await expect(retryOrder(admin, orderId, clock())).rejects.toThrow("gone on meanwhile");
  });

  test("of an issuer that is retired meanwhile is not handed in", async (context) => {
    const ca = world.ca();
    if (ca === null) return context.skip("pebble could not be had");
    const { admin, issuerId } = await makeWorld(ca);
    const orderId = await order(admin, { issuerId });
    await retireIssuer(admin, { issuerId, isRetired: true }, clock());
    await work();
    expect(await orderOf(admin, orderId)).toMatchObject({
      ...{ state: "failed", orderUrl: null, problem: "Test CA is retired: it issues nothing any more." },
    });
  });

  test("can be revoked by the account's key that is kept sealed", async (context) => {
    const ca = world.ca();
    if (ca === null) return context.skip("pebble could not be had");
    const { admin, issuerId } = await makeWorld(ca);
    const orderId = await order(admin, { issuerId });
    await work();
    const kept = await readCertificate(admin, (await orderOf(admin, orderId)).certificateId ?? "");
    const account = await openAcmeAccount(admin, issuerId);
    const revocation = { certificatePem: kept?.pem ?? "", privateKeyPem: null, reason: "unspecified" } as const;
    expect(await revokeAtAcme(account, revocation, NO_HURRY)).toBe("revoked");
    expect(await ca.statusOf(kept?.details.serialHex ?? "")).toBe("Revoked");
  });
});

test("what cannot be ordered is refused with the field that is to blame", async (context) => {
  const ca = world.ca();
  if (ca === null) return context.skip("pebble could not be had");
  const { admin, issuerId } = await makeWorld(ca);
  const stranger = await insertPerson({ role: "admin" });
  const wish = { issuerId, names: ["a.test"], keyAlgorithm: null, csr: null, days: null, challenge: null } as const;
  const many = Array.from({ length: 101 }, (_, index) => `n${index}.test`);
  const { privateKeyPem } = await makeKey("ec_p256");
  const csr = makeRequest({ privateKeyPem, names: ["b.test"], commonName: null }).pem;
  const cases: [Parameters<typeof placeOrder>[1], string, RegExp][] = [
    [{ ...wish, names: [] }, "names", /at least one/],
    [{ ...wish, names: ["über.test"] }, "names", /xn--/],
    [{ ...wish, names: many }, "names", /100/],
    [{ ...wish, names: ["*.a.test"] }, "challenge", /^\*\.a\.test is a wildcard, which only dns-01 can prove/],
    [{ ...wish, names: ["192.0.2.1"], challenge: "dns-01" }, "challenge", /^192\.0\.2\.1 is an IP address/],
    [{ ...wish, days: 30 }, "days", /decides by itself/],
    [{ ...wish, csr: "nonsense" }, "csr", /CERTIFICATE REQUEST/],
    [{ ...wish, csr }, "names", /names others/],
    [{ ...wish, issuerId: crypto.randomUUID() }, "issuerId", /no such issuer/],
  ];
  for (const [refused, field, sentence] of cases)
    expect(await placeOrder(admin, refused, clock())).toEqual({
      ...{ kind: "refused", field, sentence: expect.stringMatching(sentence) },
    });
  expect(await placeOrder(stranger, wish, clock())).toMatchObject({ kind: "refused", field: "issuerId" });
});
