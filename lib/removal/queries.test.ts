import { describe, expect, test } from "vitest";
import { useTestDatabase } from "@/drizzle/test-database";
import {
  insertCertificate,
  insertPerson,
  insertRemoval,
  insertRemovals,
  insertRun,
  TEST_NOW,
} from "@/drizzle/test-rows";
import { PAGE_SIZE } from "@/lib/certificates/rules";
import { newId } from "@/lib/ids";
import { countRemovals, listRemovals, readRemoval } from "@/lib/removal/queries";
import { cursorText, type RemovalsPage, removalsAddress } from "@/lib/removal/schema";

useTestDatabase();

const start = { q: "", after: null, before: null };

describe("the list of removals", () => {
  test("goes through all pages and back without loss or doubles, also where moments are equal", async () => {
    const scope = await insertPerson({ role: "viewer" });
    const total = PAGE_SIZE * 2 + 7;
    const made = await insertRemovals(
      scope.accountId,
      // Every five share one moment, and a page ends in the middle of such a five.
      Array.from({ length: total }, (_, index) => ({
        removedAt: new Date(TEST_NOW.getTime() + Math.floor((index + 2) / 5)),
      })),
    );
    const newestFirst = made.map(({ id }) => id).reverse();
    const idsOf = (page: RemovalsPage) => page.rows.map(({ id }) => id);

    const first = await listRemovals(scope, start);
    const second = await listRemovals(scope, { ...start, after: first.older });
    const third = await listRemovals(scope, { ...start, after: second.older });
    expect([...idsOf(first), ...idsOf(second), ...idsOf(third)]).toEqual(newestFirst);
    expect([first.newer, third.older]).toEqual([null, null]);

    const secondAgain = await listRemovals(scope, { ...start, before: third.newer });
    const firstAgain = await listRemovals(scope, { ...start, before: secondAgain.newer });
    expect(idsOf(secondAgain)).toEqual(idsOf(second));
    expect(idsOf(firstAgain)).toEqual(idsOf(first));
    expect(firstAgain.newer).toBe(null);
    expect(await countRemovals(scope, "")).toBe(total);
  });

  test("comes whole from the start when newer records arrived before a page", async () => {
    const scope = await insertPerson();
    await insertRemovals(
      scope.accountId,
      Array.from({ length: 4 }, () => ({})),
    );
    const { rows } = await listRemovals(scope, start);
    const [, second] = rows;
    const page = await listRemovals(scope, { ...start, before: second ?? null });
    expect(page.rows.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
  });

  test("is found by any part of what the certificate says, wildcards taken for themselves", async () => {
    const scope = await insertPerson();
    const { fingerprint } = await insertRemoval(scope.accountId, {
      name: "Api_Payments.example.test",
      details: { serial: "123456789", issuer: "CN=Sonderfall 100%" },
    });
    await insertRemoval(scope.accountId, { name: "apixpayments.example.test" });
    const found = async (typed: string) => (await listRemovals(scope, removalsAddress.parse({ q: typed }))).rows.length;
    expect(await found("API_PAY")).toBe(1);
    expect(await found("payments")).toBe(2);
    expect(await found("0%")).toBe(1);
    expect(await found("23456")).toBe(1);
    expect(await found(fingerprint.slice(5, 30))).toBe(1);
    expect(await found("\\")).toBe(0);
    expect(await countRemovals(scope, "payments")).toBe(2);
  });

  test("holds neither other accounts' removals nor certificates that are still there", async () => {
    const scope = await insertPerson();
    const stranger = await insertPerson();
    const { id } = await insertRemoval(scope.accountId);
    await insertCertificate(scope.accountId);
    expect((await listRemovals(scope, start)).rows.map((row) => row.id)).toEqual([id]);
    expect((await listRemovals(stranger, start)).rows).toEqual([]);
    expect(await readRemoval(stranger, id)).toBe(null);
    expect(await readRemoval(scope, newId())).toBe(null);
  });
});

describe("a removal", () => {
  test("says what went, when, by whom and why", async () => {
    const scope = await insertPerson();
    const runId = await insertRun(scope.accountId);
    const { id, fingerprint } = await insertRemoval(scope.accountId, {
      name: "old.example.test",
      actorKind: "cleanup",
      actorLabel: "Certificate Cleanup",
      runId,
    });
    const record = await readRemoval(scope, id);
    expect(record).toMatchObject({
      name: "old.example.test",
      fingerprint,
      status: "expired",
      removedAt: TEST_NOW,
      actorLabel: "Certificate Cleanup",
      runId,
      reason: "Expired 41 days before",
      details: { subject: "CN=old.example.test" },
    });
    expect(record?.pem).toContain("BEGIN CERTIFICATE");
  });
});

describe("the address of the list", () => {
  test("carries a place to the millisecond", () => {
    const place = { removedAt: new Date("2026-11-22T12:00:00.123Z"), id: newId() };
    expect(removalsAddress.parse({ after: cursorText(place) })).toEqual({ q: "", after: place, before: null });
  });

  test.each([
    { q: ["a", "b"], after: "x", before: "1.2" },
    { after: `99999999999999.${newId()}` },
    { after: "", before: "1795348800000.not-an-id" },
    {},
  ])("drops what is no good: %j", (raw) => {
    expect(removalsAddress.parse(raw)).toEqual(start);
  });
});
