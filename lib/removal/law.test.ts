import { and, eq, sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertAccount, insertCertificates, insertDeployment, insertSync, TEST_NOW } from "@/drizzle/test-rows";
import { hasStatus, statusColumn } from "@/lib/certificates/predicates";
import { DAY_MS, EXPIRING_DAYS, SOURCES, STATUSES, statusOf } from "@/lib/certificates/rules";
import { CHECK_COUNTS_MS, deploymentBlocks, deploymentBlocksDeletion, ENDPOINT_STATES } from "@/lib/deployments/rules";
import { eligibilityColumn, goesEach, longExpired, mayGo, mayGoEach } from "@/lib/removal/predicates";
import { blockersOf, eligibilityOf } from "@/lib/removal/rules";
import { isActiveSync, SYNC_STATES } from "@/lib/syncs/rules";

useTestDatabase();

const fromNow = (ms: number) => new Date(TEST_NOW.getTime() + ms);
const FAR = 400 * DAY_MS;
const MONTH = EXPIRING_DAYS * DAY_MS;

describe("statusOf, at every boundary", () => {
  const table: [string, { notBefore: number; notAfter: number; revoked?: boolean }, string][] = [
    ["1 ms past notAfter", { notBefore: -FAR, notAfter: -1 }, "expired"],
    ["at notAfter itself (RFC 5280: still valid)", { notBefore: -FAR, notAfter: 0 }, "expiring"],
    ["1 ms before notAfter", { notBefore: -FAR, notAfter: 1 }, "expiring"],
    ["1 ms less than 30 days ahead", { notBefore: -FAR, notAfter: MONTH - 1 }, "expiring"],
    ["exactly 30 days ahead", { notBefore: -FAR, notAfter: MONTH }, "valid"],
    ["1 ms more than 30 days ahead", { notBefore: -FAR, notAfter: MONTH + 1 }, "valid"],
    ["at notBefore itself", { notBefore: 0, notAfter: FAR }, "valid"],
    ["1 ms before notBefore", { notBefore: 1, notAfter: FAR }, "not_yet_valid"],
    ["not yet valid and soon over", { notBefore: 1, notAfter: 2 }, "not_yet_valid"],
    ["notAfter before notBefore, both ahead", { notBefore: 5, notAfter: 2 }, "not_yet_valid"],
    ["notAfter before notBefore, around now", { notBefore: 5, notAfter: -2 }, "expired"],
    ["revoked and valid", { notBefore: -FAR, notAfter: FAR, revoked: true }, "revoked"],
    ["revoked and expired", { notBefore: -FAR, notAfter: -FAR, revoked: true }, "revoked"],
  ];
  test.each(table)("%s", (_, { notBefore, notAfter, revoked }, status) => {
    const revokedAt = revoked === true ? fromNow(-DAY_MS) : null;
    expect(statusOf({ revokedAt, notBefore: fromNow(notBefore), notAfter: fromNow(notAfter) }, TEST_NOW)).toBe(status);
  });
});

describe("the law in SQL answers as the law in TypeScript", () => {
  test("for every source, use and validity around every boundary", async () => {
    const accountId = await insertAccount();
    const steps = [-FAR, -MONTH - 1, -MONTH, -MONTH + 1, -1, 0, 1, MONTH - 1, MONTH, MONTH + 1, FAR];
    const cases = SOURCES.flatMap((source) =>
      [null, fromNow(-DAY_MS)].flatMap((revokedAt) =>
        [-FAR, -1, 0, 1].flatMap((notBefore) =>
          steps.flatMap((notAfter) =>
            (["unused", "deployed", "synced"] as const).map((use) => ({
              source,
              revokedAt,
              notBefore: fromNow(notBefore),
              notAfter: fromNow(notAfter),
              use,
            })),
          ),
        ),
      ),
    );
    const rows = await insertCertificates(
      accountId,
      cases.map(({ use: _, ...columns }) => columns),
    );
    for (const [index, { id }] of rows.entries()) {
      if (cases[index]?.use === "deployed") await insertDeployment(accountId, id);
      if (cases[index]?.use === "synced") await insertSync(accountId, id);
    }
    const cutoff = fromNow(-MONTH);
    const asked = await database()
      .select({
        id: certificates.id,
        status: statusColumn(TEST_NOW),
        eligibility: eligibilityColumn(TEST_NOW),
        mayGo: sql<boolean>`${mayGo(TEST_NOW)}`,
        longExpired: sql<boolean>`${longExpired(cutoff)}`,
      })
      .from(certificates)
      .where(eq(certificates.accountId, accountId));
    const answers = new Map(asked.map((row) => [row.id, row]));
    expect(answers.size).toBe(cases.length);
    for (const [index, facts] of cases.entries()) {
      const { id } = rows[index] ?? { id: "" };
      const counts = { deployments: facts.use === "deployed" ? 1 : 0, activeSyncs: facts.use === "synced" ? 1 : 0 };
      expect(answers.get(id), JSON.stringify(facts)).toEqual({
        id,
        status: statusOf(facts, TEST_NOW),
        eligibility: eligibilityOf(facts, TEST_NOW),
        mayGo: blockersOf({ ...facts, ...counts }, TEST_NOW).length === 0,
        longExpired: facts.notAfter < cutoff,
      });
    }
    for (const status of STATUSES) {
      const found = await database()
        .select({ id: certificates.id })
        .from(certificates)
        .where(and(eq(certificates.accountId, accountId), hasStatus(status, TEST_NOW)));
      expect(found.length).toBe(cases.filter((facts) => statusOf(facts, TEST_NOW) === status).length);
    }
  });

  test("a deployment blocks in every state and at every age of its last look, for the list and at a deletion", async () => {
    const accountId = await insertAccount();
    const endpoint = { kind: "endpoint", host: "a.example.test", port: 443, protocol: "tls" } as const;
    const served = { servedFingerprint: "0".repeat(64), servedChain: "", problem: "It did not answer." };
    const looks = [null, 0, 1, CHECK_COUNTS_MS - 1, CHECK_COUNTS_MS, CHECK_COUNTS_MS + 1, -1];
    const cases = [
      { state: null, checkedAt: null },
      ...ENDPOINT_STATES.flatMap((state) =>
        looks
          .filter((age) => (age === null) === (state === "never_checked"))
          .map((age) => ({ state, checkedAt: age === null ? null : fromNow(-age) })),
      ),
    ];
    const made = await insertCertificates(
      accountId,
      cases.map(() => ({})),
    );
    for (const [index, { state, checkedAt }] of cases.entries()) {
      const known = state === null ? {} : { ...endpoint, ...served, stateSince: TEST_NOW, nextCheckAt: TEST_NOW };
      await insertDeployment(accountId, made[index]?.id ?? "", { ...known, state, checkedAt });
    }
    const asked = await database()
      .select({
        id: certificates.id,
        inList: sql<boolean>`${mayGo(TEST_NOW)}`,
        each: sql<boolean>`${mayGoEach(TEST_NOW, true)}`,
        atDeletion: sql<boolean>`${goesEach(TEST_NOW, true)}`,
      })
      .from(certificates)
      .where(eq(certificates.accountId, accountId));
    const answers = new Map(asked.map((row) => [row.id, row]));
    for (const [index, facts] of cases.entries()) {
      const id = made[index]?.id ?? "";
      expect(answers.get(id), JSON.stringify(facts)).toEqual({
        id,
        inList: !deploymentBlocks(facts),
        each: !deploymentBlocks(facts),
        atDeletion: !deploymentBlocksDeletion(facts, TEST_NOW),
      });
    }
  });

  test("a sync blocks while it is active, in every state", async () => {
    const accountId = await insertAccount();
    for (const enabled of [true, false]) {
      for (const state of SYNC_STATES) {
        const [made] = await insertCertificates(accountId, [{}]);
        await insertSync(accountId, made?.id ?? "", { enabled, state });
        const [row] = await database()
          .select({ mayGo: sql<boolean>`${mayGo(TEST_NOW)}` })
          .from(certificates)
          .where(eq(certificates.id, made?.id ?? ""));
        expect(row?.mayGo, `${enabled} ${state}`).toBe(!isActiveSync({ enabled, state }));
      }
    }
  });
});
