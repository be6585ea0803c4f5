import { X509Certificate } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { describe, expect, test, vi } from "vitest";
import { database } from "@/drizzle/client";
import { issuances, orders } from "@/drizzle/schema/orders";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificate, insertPerson } from "@/drizzle/test-rows";
import { mintJobScope, type PersonScope } from "@/lib/auth/scope";
import { readCertificate } from "@/lib/certificates/detail";
import { changeIssuer, retireIssuer } from "@/lib/issuers/change";
import { listAuthorities } from "@/lib/issuers/queries";
import { placeOrder, renew } from "@/lib/orders/commands";
import { renewDue } from "@/lib/orders/renewals";
import { renewalTimeOf } from "@/lib/orders/rules";
import { actionsOf, clock, issuanceOf, makePrivateIssuer, NO_HURRY, useJobs } from "./test-orders";

vi.mock("next/headers", () => ({ headers: async () => new Headers() }));
useTestDatabase();
useJobs();

const NAMES = { names: ["www.example.test"], keyAlgorithm: null, csr: null, days: null, challenge: null } as const;
const DAY_MS = 86_400_000;

async function makeIssued(days: number | null = null) {
  const admin = await insertPerson({ role: "admin" });
  const issuerId = await makePrivateIssuer(admin);
  const placed = await placeOrder(admin, { ...NAMES, issuerId, days }, clock());
  if (placed.kind === "refused") throw new Error(placed.sentence);
  return { admin, issuerId, orderId: placed.orderId, certificateId: placed.certificateId ?? "" };
}

function renewals(at: Date): Promise<void> {
  const scopeOf = (accountId: string) => mintJobScope(accountId, "Certsweep");
  return renewDue({ clock: () => at, signal: NO_HURRY, scopeOf });
}

const ordersOf = ({ accountId }: PersonScope, replacesId: string) =>
  database().$count(orders, and(eq(orders.accountId, accountId), eq(orders.replacesId, replacesId)));

async function justBeforeRenewal(admin: PersonScope, certificateId: string): Promise<Date> {
  const { notBefore, notAfter } = await issuanceOf(admin, certificateId);
  return new Date(renewalTimeOf({ notBefore, notAfter }).getTime() - 1);
}

const later = (moment: Date, ms: number) => new Date(moment.getTime() + ms);

describe("an order of a private CA", () => {
  test("is fulfilled at once: the certificate is kept with its key and its chain", async () => {
    const { admin, issuerId, orderId, certificateId } = await makeIssued(30);
    const kept = await readCertificate(admin, certificateId);
    expect(kept).toMatchObject({ source: "issued", name: "www.example.test", hasPrivateKey: true });
    const signing = (await listAuthorities(admin, issuerId)).find(({ isSigning }) => isSigning);
    const issued = await issuanceOf(admin, certificateId);
    expect(issued).toMatchObject({ issuerId, orderId, authorityId: signing?.id, serialHex: kept?.details.serialHex });
    expect(issued.nextAriAt).toBeNull();
    expect(Math.round((issued.notAfter.getTime() - issued.notBefore.getTime()) / DAY_MS)).toBe(30);
    expect(new X509Certificate(kept?.pem ?? "").subjectAltName).toBe("DNS:www.example.test");
    expect(await actionsOf(admin)).toEqual(["issuer.added", "order.placed", "certificate.issued"]);
  });

  test("outside what it may sign is refused, and leaves nothing behind", async () => {
    const { admin, issuerId } = await makeIssued();
    const before = await database().$count(orders, eq(orders.accountId, admin.accountId));
    const wish = { ...NAMES, issuerId };
    expect(await placeOrder(admin, { ...wish, names: ["www.other.test"] }, clock())).toMatchObject({ field: "names" });
    expect(await placeOrder(admin, { ...wish, days: 91 }, clock())).toMatchObject({ field: "days" });
    expect(await placeOrder(admin, { ...wish, challenge: "http-01" }, clock())).toMatchObject({ field: "challenge" });
    await retireIssuer(admin, { issuerId, isRetired: true }, clock());
    expect(await placeOrder(admin, wish, clock())).toMatchObject({
      field: "issuerId",
      sentence: expect.stringMatching(/is retired/),
    });
    expect(await database().$count(orders, eq(orders.accountId, admin.accountId))).toBe(before);
  });
});

describe("a renewal", () => {
  test("by the button is once and for certificates that were issued here", async () => {
    const { admin, certificateId } = await makeIssued();
    const placed = await renew(admin, certificateId, clock());
    expect(placed).toMatchObject({ kind: "placed", certificateId: expect.any(String) });
    expect(await renew(admin, certificateId, clock())).toMatchObject({
      sentence: expect.stringMatching(/renewed already/),
    });
    const uploaded = await insertCertificate(admin.accountId);
    expect(await renew(admin, uploaded.id, clock())).toMatchObject({
      sentence: expect.stringMatching(/not issued here/),
    });
    expect(await renew(admin, crypto.randomUUID(), clock())).toEqual({ kind: "unknown" });
    const stranger = await insertPerson();
    expect(await renew(stranger, certificateId, clock())).toEqual({ kind: "unknown" });
  });

  test("happens by itself at two thirds of the validity and not before, also with two servers", async () => {
    const { admin, certificateId } = await makeIssued();
    const before = await justBeforeRenewal(admin, certificateId);
    await renewals(before);
    expect(await ordersOf(admin, certificateId)).toBe(0);
    await Promise.all([renewals(later(before, 1)), renewals(later(before, 1))]);
    expect(await ordersOf(admin, certificateId)).toBe(1);
    const { renewedById, renewAt } = await issuanceOf(admin, certificateId);
    expect(renewAt).toBeNull();
    expect(await readCertificate(admin, renewedById ?? "")).toMatchObject({
      source: "issued",
      addedByLabel: "Certsweep",
    });
  });

  test("does not happen by itself where the issuer does not want it, or is retired", async () => {
    const { admin, issuerId, certificateId } = await makeIssued();
    const due = later(await justBeforeRenewal(admin, certificateId), DAY_MS);
    await changeIssuer(admin, { issuerId, name: "Own CA", contact: null, renewAutomatically: false }, clock());
    await renewals(due);
    expect(await ordersOf(admin, certificateId)).toBe(0);
    await changeIssuer(admin, { issuerId, name: "Own CA", contact: null, renewAutomatically: true }, clock());
    await retireIssuer(admin, { issuerId, isRetired: true }, clock());
    await renewals(due);
    expect(await ordersOf(admin, certificateId)).toBe(0);
    await retireIssuer(admin, { issuerId, isRetired: false }, clock());
    await renewals(due);
    expect(await ordersOf(admin, certificateId)).toBe(1);
  });

  test("that fails says why, and is tried again later", async () => {
    const { admin, certificateId } = await makeIssued();
    const due = later(await justBeforeRenewal(admin, certificateId), 1);
    // As when the CA's own certificate had run out.
    const never = later(due, 20 * 365 * DAY_MS);
    await renewals(never);
    const failed = await issuanceOf(admin, certificateId);
    expect(failed.renewalProblem).toMatch(/expired/);
    expect(failed.renewAt?.getTime()).toBeGreaterThan(never.getTime());
    expect(failed.renewedById).toBeNull();
    await database()
      .update(issuances)
      .set({ renewAt: due })
      .where(and(eq(issuances.accountId, admin.accountId), eq(issuances.certificateId, certificateId)));
    await renewals(due);
    expect(await issuanceOf(admin, certificateId)).toMatchObject({
      renewalProblem: null,
      renewedById: expect.any(String),
    });
  });
});
