import { Resolver } from "node:dns/promises";
import { eq } from "drizzle-orm";
import { expect, test, vi } from "vitest";
import { database } from "@/drizzle/client";
import { issuances } from "@/drizzle/schema/orders";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertPerson } from "@/drizzle/test-rows";
import { makeAcmeIssuer, useAcme } from "@/e2e/acme-issuer";
import { mintJobScope, type PersonScope } from "@/lib/auth/scope";
import { readCertificate } from "@/lib/certificates/detail";
import { checkDns } from "@/lib/orders/commands";
import { renewDue } from "@/lib/orders/renewals";
import { askTxt } from "@/lib/orders/txt-records";
import { answerByRoute, clock, issuanceOf, NO_HURRY, order, orderOf, useJobs, work } from "./test-orders";

vi.mock("next/headers", () => ({ headers: async () => new Headers() }));
useTestDatabase();
useJobs();
const world = useAcme();

test("names are proven by TXT records that somebody sets, and the CA is asked only when they are there", async (context) => {
  const ca = world.ca();
  if (ca === null) return context.skip("pebble could not be had");
  const resolver = new Resolver();
  resolver.setServers([ca.dnsServer]);
  const lookUp = (name: string) => askTxt(resolver, name);
  const admin = await insertPerson({ role: "admin" });
  const issuerId = await makeAcmeIssuer(admin, ca, { challenge: "dns-01" });
  const orderId = await order(admin, { issuerId, names: ["*.wild.test", "wild.test"] });
  await expect(checkDns(admin, orderId, clock(), lookUp)).rejects.toThrow("does not wait for DNS");
  await work();
  const waiting = await orderOf(admin, orderId);
  expect(waiting).toMatchObject({ state: "waiting_for_dns", nextAttemptAt: null, leaseUntil: null, problem: null });
  const records = waiting.authorizations ?? [];
  expect(records.map(({ name, txtName, status }) => [name, txtName, status]).toSorted()).toEqual([
    ["*.wild.test", "_acme-challenge.wild.test", "pending"],
    ["wild.test", "_acme-challenge.wild.test", "pending"],
  ]);
  expect(new Set(records.map(({ txtValue }) => txtValue)).size).toBe(2);

  expect(await checkDns(admin, orderId, clock(), lookUp)).toEqual({
    ...{ kind: "missing", sentence: "There is no TXT record at _acme-challenge.wild.test yet." },
  });
  await ca.setTxt("_acme-challenge.wild.test", "something-else");
  expect(await checkDns(admin, orderId, clock(), lookUp)).toMatchObject({
    sentence: expect.stringMatching(/^The TXT record at _acme-challenge\.wild\.test says “something-else”, not “/),
  });
  const broken = () => Promise.reject(Object.assign(new Error("no answer"), { code: "ETIMEOUT" }));
  expect(await checkDns(admin, orderId, clock(), broken)).toMatchObject({
    sentence: expect.stringContaining("could not be looked up (ETIMEOUT)"),
  });
  expect(await orderOf(admin, orderId)).toMatchObject({ state: "waiting_for_dns" });

  await ca.clearTxt("_acme-challenge.wild.test");
  for (const { txtName, txtValue } of records) await ca.setTxt(txtName ?? "", txtValue ?? "");
  expect(await checkDns(admin, orderId, clock(), lookUp)).toEqual({ kind: "found" });
  await work();
  const done = await orderOf(admin, orderId);
  expect(done).toMatchObject({ state: "issued", problem: null });
  expect(done.authorizations?.map(({ name }) => name).toSorted()).toEqual(["*.wild.test", "wild.test"]);
  expect(
    (await readCertificate(admin, done.certificateId ?? ""))?.details.sans.map(({ value }) => value).toSorted(),
  ).toEqual([...["*.wild.test", "wild.test"]]);
  // Nobody could set the next record at night.
  expect(await issuanceOf(admin, done.certificateId)).toMatchObject({
    ...{ renewAt: null, renewalProblem: expect.stringContaining("not renewed by itself") },
  });
});

test("a certificate that is proven by http-01 renews by itself, says why where it does not, and tries again", async (context) => {
  const ca = world.ca();
  if (ca === null) return context.skip("pebble could not be had");
  const admin = await insertPerson({ role: "admin" });
  const issuerId = await makeAcmeIssuer(admin, ca);
  answerByRoute(world.answers());
  const orderId = await order(admin, { issuerId });
  await work();
  const { certificateId } = await orderOf(admin, orderId);
  const renewals = (at: Date) =>
    renewDue({ clock: () => at, signal: NO_HURRY, scopeOf: (accountId) => mintJobScope(accountId, "Certsweep") });
  const due = new Date(((await issuanceOf(admin, certificateId)).renewAt ?? clock()).getTime() + 1);

  world.answers().answer(async () => null);
  await renewals(due);
  await renewals(due);
  await work(() => due);
  const failed = await issuanceOf(admin, certificateId);
  expect(failed.renewalProblem).toMatch(/^www\.example\.test: /);
  expect(failed).toMatchObject({ renewedById: null });
  expect(failed.renewAt?.getTime()).toBe(due.getTime() + 3_600_000);

  answerByRoute(world.answers());
  const again = new Date(due.getTime() + 3_600_000);
  await renewals(again);
  await work(() => again);
  const { renewedById, renewalProblem } = await issuanceOf(admin, certificateId);
  expect(renewalProblem).toBeNull();
  expect(await issuanceOf(admin, renewedById)).toMatchObject({ issuerId, renewedById: null });
  expect(await issuancesOf(admin)).toBe(2);
});

function issuancesOf({ accountId }: PersonScope): Promise<number> {
  return database().$count(issuances, eq(issuances.accountId, accountId));
}
