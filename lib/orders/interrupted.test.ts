import { eq } from "drizzle-orm";
import { describe, expect, test, vi } from "vitest";
import { database } from "@/drizzle/client";
import { orders } from "@/drizzle/schema/orders";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertPerson } from "@/drizzle/test-rows";
import { makeAcmeIssuer, useAcme } from "@/e2e/acme-issuer";
import { type AcmeSession, openAccount } from "@/lib/acme/session";
import { readCertificateFile } from "@/lib/certificates/detail";
import { openAcmeAccount } from "@/lib/issuers/acme-accounts";
import { advance } from "@/lib/orders/advance";
import { claimOrder } from "@/lib/orders/claim";
import { cancelOrder, retryOrder } from "@/lib/orders/commands";
import { ATTEMPTS_MAX, LEASE_MS } from "@/lib/orders/rules";
import { actionsOf, answerByRoute, clock, NO_HURRY, order, orderOf, useJobs, work } from "./test-orders";

vi.mock("next/headers", () => ({ headers: async () => new Headers() }));
useTestDatabase();
useJobs();
const world = useAcme();

async function makeWorld(ca: NonNullable<ReturnType<typeof world.ca>>) {
  answerByRoute(world.answers());
  const admin = await insertPerson({ role: "admin" });
  return { admin, issuerId: await makeAcmeIssuer(admin, ca) };
}

const inMs = (ms: number) => () => new Date(Date.now() + ms);

describe("an order whose server", () => {
  test("dies between the download and its commit gets the very certificate that the CA issued", async (context) => {
    const ca = world.ca();
    if (ca === null) return context.skip("pebble could not be had");
    const { admin, issuerId } = await makeWorld(ca);
    const orderId = await order(admin, { issuerId });
    const claim = await claimOrder({ accountId: admin.accountId, orderId }, clock());
    if (claim === null) throw new Error("it was not due");
    const session = openAccount(await openAcmeAccount(admin, issuerId), NO_HURRY);
    let downloaded = "";
    const dying: AcmeSession = {
      ...session,
      post: async (url, payload) => {
        const answer = await session.post(url, payload);
        if (typeof answer.data !== "string") return answer;
        downloaded = answer.data;
        throw new Error("the power is gone");
      },
    };
    const given = { scope: admin, claim, issuerName: "Test CA", session: dying, clock, signal: NO_HURRY };
    await expect(advance(given)).rejects.toThrow("the power is gone");
    const held = await orderOf(admin, orderId);
    expect(held).toMatchObject({ state: "finalizing", certificateId: null });
    await expect(cancelOrder(admin, orderId, clock())).rejects.toThrow("being asked right now");
    await work();
    expect(await orderOf(admin, orderId)).toMatchObject({ state: "finalizing", claimNumber: 1 });
    await work(inMs(LEASE_MS + 1_000));
    const done = await orderOf(admin, orderId);
    expect(done).toMatchObject({ state: "issued", orderUrl: held.orderUrl, claimNumber: 2, keyBox: null });
    const kept = await readCertificateFile(admin, done.certificateId ?? "");
    expect(downloaded.replaceAll(/\s/g, "").startsWith((kept?.pem ?? "-").replaceAll(/\s/g, ""))).toBe(true);
  });

  test("stops while the CA looks is taken up where it was", async (context) => {
    const ca = world.ca();
    if (ca === null) return context.skip("pebble could not be had");
    const { admin, issuerId } = await makeWorld(ca);
    const stopping = new AbortController();
    world.answers().answer(async () => {
      stopping.abort();
      // The CA hears the right answer from the other server.
      answerByRoute(world.answers());
      return await world.answers().find(world.answers().asked.at(-1)?.split("/").at(-1) ?? "");
    });
    const orderId = await order(admin, { issuerId });
    await work(clock, stopping.signal);
    const left = await orderOf(admin, orderId);
    expect(left).toMatchObject({ state: "validating", leaseUntil: null, attempts: 0, problem: null });
    await work();
    expect(await orderOf(admin, orderId)).toMatchObject({ state: "issued", orderUrl: left.orderUrl });
  });

  test("has others beside it is worked at by one of them", async (context) => {
    const ca = world.ca();
    if (ca === null) return context.skip("pebble could not be had");
    const { admin, issuerId } = await makeWorld(ca);
    const orderIds = [await order(admin, { issuerId }), await order(admin, { issuerId, names: ["b.example.test"] })];
    await Promise.all([work(), work(), work()]);
    for (const orderId of orderIds) {
      const done = await orderOf(admin, orderId);
      expect(done).toMatchObject({ state: "issued", claimNumber: 1 });
      expect(done.steps.filter(({ text }) => text.endsWith("took the order."))).toHaveLength(1);
    }
  });
});

describe("a CA that goes away in the middle", () => {
  test("is waited for, and where it forgot everything the account is registered anew, which the order says", async (context) => {
    const ca = world.ca();
    if (ca === null) return context.skip("pebble could not be had");
    const { admin, issuerId } = await makeWorld(ca);
    world.answers().answer(async () => {
      await ca.kill();
      return null;
    });
    const orderId = await order(admin, { issuerId });
    await work();
    const waiting = await orderOf(admin, orderId);
    expect(waiting).toMatchObject({
      ...{ state: "validating", attempts: 1, leaseUntil: null, endedAt: null },
      problem: expect.stringMatching(/^The CA cannot be reached\. /),
    });
    expect(waiting.nextAttemptAt?.getTime()).toBeGreaterThan(Date.now());
    await ca.start();
    answerByRoute(world.answers());
    await work(inMs(120_000));
    const done = await orderOf(admin, orderId);
    expect(done).toMatchObject({ state: "issued", problem: null, csr: waiting.csr });
    expect(done.orderUrl).not.toBe(waiting.orderUrl);
    expect(done.steps.map(({ text }) => text)).toContain(
      "Test CA did not know the account any more. It was registered anew.",
    );
    expect(await actionsOf(admin)).toEqual([
      ...["issuer.added", "order.placed", "issuer.changed", "certificate.issued"],
    ]);
  });

  test("for days has the order given up with its key and its place kept, from where it goes on", async (context) => {
    const ca = world.ca();
    if (ca === null) return context.skip("pebble could not be had");
    const { admin, issuerId } = await makeWorld(ca);
    const orderId = await order(admin, { issuerId });
    await ca.kill();
    await database()
      .update(orders)
      .set({ attempts: ATTEMPTS_MAX - 1 })
      .where(eq(orders.id, orderId));
    await work();
    expect(await orderOf(admin, orderId)).toMatchObject({
      ...{ state: "failed", keyBox: expect.any(String), nextAttemptAt: null },
      problem: expect.stringMatching(/cannot be reached.*given up after 16 attempts/),
    });
    await ca.start();
    await retryOrder(admin, orderId, clock());
    await work();
    expect(await orderOf(admin, orderId)).toMatchObject({ state: "issued", keyBox: null });
  });
});
