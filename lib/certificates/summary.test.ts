import { describe, expect, test } from "vitest";
import { useTestDatabase } from "@/drizzle/test-database";
import {
  insertCertificate,
  insertCertificates,
  insertDeployment,
  insertDeployments,
  insertPerson,
  TEST_NOW,
} from "@/drizzle/test-rows";
import { listCertificates } from "@/lib/certificates/queries";
import { COUNT_CAP, DAY_MS, timelineMonths } from "@/lib/certificates/rules";
import { type ListFilter, type ListQuery, listQuery } from "@/lib/certificates/schema";
import { summariseCertificates } from "@/lib/certificates/summary";
import { readTimeline } from "@/lib/certificates/timeline";
import { weighSelection } from "@/lib/removal/selection";

useTestDatabase();

const days = (count: number) => new Date(TEST_NOW.getTime() + count * DAY_MS);
const query = (address: Record<string, unknown>): ListQuery => listQuery.parse(address);

describe("the figures around the list", () => {
  test("count each status, what may go, and the months of expiry, for the same filter", async () => {
    const scope = await insertPerson();
    const [first] = await insertCertificates(scope.accountId, [
      { name: "a.one.test", notBefore: days(-400), notAfter: days(-1) },
      { name: "b.one.test", notBefore: days(-400), notAfter: days(-1_000) },
      { name: "c.one.test", notAfter: days(3) },
      { name: "d.two.test", notAfter: days(300), source: "issued" },
      { name: "e.two.test", notAfter: days(4_000), revokedAt: days(-2) },
      { name: "f.two.test", notBefore: days(5), notAfter: days(90) },
    ]);
    await insertDeployment(scope.accountId, first?.id ?? "");
    expect(await summariseCertificates(scope, {}, TEST_NOW)).toEqual({
      total: 6,
      deletable: 4,
      byStatus: { expired: 2, expiring: 1, valid: 1, revoked: 1, not_yet_valid: 1 },
      isPartial: false,
      isDeletablePartial: false,
      isEmpty: false,
    });
    expect(await summariseCertificates(scope, { q: "one.test", status: "expired" }, TEST_NOW)).toEqual({
      total: 2,
      deletable: 1,
      byStatus: { expired: 2, expiring: 1, valid: 0, revoked: 0, not_yet_valid: 0 },
      isPartial: false,
      isDeletablePartial: false,
      isEmpty: false,
    });
    for (const filter of [{}, { q: "t" }]) {
      const { months: bars, isPartial } = await readTimeline(scope, filter, TEST_NOW);
      expect(isPartial).toBe(false);
      expect(bars.map((bar) => bar.key)).toEqual(timelineMonths(TEST_NOW).map((month) => month.key));
      const filled = bars.filter((bar) => bar.segments.length > 0);
      expect(filled).toEqual([
        { key: "..2026-05", segments: [{ status: "expired", count: 1 }] },
        {
          key: "2026-11",
          segments: [
            { status: "expiring", count: 1 },
            { status: "expired", count: 1 },
          ],
        },
        { key: "2027-02", segments: [{ status: "not_yet_valid", count: 1 }] },
        { key: "2027-09", segments: [{ status: "valid", count: 1 }] },
        { key: "2028-06..", segments: [{ status: "revoked", count: 1 }] },
      ]);
    }
    const { rows } = await listCertificates(scope, query({ expires: "..2026-05" }), TEST_NOW);
    expect(rows.map((row) => row.name)).toEqual(["b.one.test"]);
  });

  test("tell an empty inventory from a filter that nothing matches", async () => {
    const scope = await insertPerson();
    expect((await summariseCertificates(scope, { q: "nothing" }, TEST_NOW)).isEmpty).toBe(true);
    await insertCertificate(scope.accountId);
    expect((await summariseCertificates(scope, { q: "nothing" }, TEST_NOW)).isEmpty).toBe(false);
  });

  test("are exact, and the least there is where a search is common; both say so", { timeout: 120_000 }, async () => {
    const scope = await insertPerson();
    // More than is looked at, and some that may not go.
    const many = Array.from({ length: COUNT_CAP + 100 }, (_, number) => ({
      name: `host-${number}.test`,
      ...(number < 99 ? { source: "issued" as const } : {}),
      notAfter: days(number % 2 === 0 ? -3 : 300),
    }));
    await insertCertificates(scope.accountId, many);
    const figures = (filter: ListFilter) => summariseCertificates(scope, filter, TEST_NOW);
    const exact = { isPartial: false, isDeletablePartial: false };
    const everything = await figures({});
    expect(everything).toMatchObject({ total: COUNT_CAP + 100, deletable: COUNT_CAP + 51, ...exact });
    expect(everything.byStatus).toMatchObject({ expired: 5_050, valid: 5_050 });
    expect(await figures({ deletable: "yes" })).toMatchObject({
      total: COUNT_CAP + 51,
      byStatus: { expired: 5_050, valid: 5_001 },
      ...exact,
    });
    // The index of all words finds these, three letters without a match, and two letters are looked for one by one.
    expect(await figures({ q: "host-77" })).toMatchObject({ total: 111, deletable: 110, isPartial: false });
    expect(await figures({ q: "zzz" })).toMatchObject({ total: 0, isPartial: false, isEmpty: false });
    for (const q of ["host", "ho"]) {
      const { total, deletable, byStatus, isPartial, isDeletablePartial } = await figures({ q });
      expect({ isPartial, isDeletablePartial }, q).toEqual({ isPartial: true, isDeletablePartial: true });
      expect(total).toBeGreaterThan(900);
      expect(total).toBeLessThanOrEqual(COUNT_CAP);
      expect(deletable).toBeLessThanOrEqual(total);
      expect(byStatus.expired).toBeLessThanOrEqual(5_050);
      const { months, ...timeline } = await readTimeline(scope, { q }, TEST_NOW);
      expect(timeline.isPartial).toBe(true);
      const counted = months.flatMap(({ segments }) => segments).reduce((sum, { count }) => sum + count, 0);
      expect(counted).toBe(total);
    }
    for (const filter of [{ q: "host" }, { q: "ho" }, { deletable: "yes" as const }]) {
      const weighed = await weighSelection(scope, { filter, isExact: false, now: TEST_NOW });
      expect(weighed.isCapped).toBe(true);
      expect(weighed.total).toBeGreaterThan(1_000);
      const whole = await weighSelection(scope, { filter, isExact: true, now: TEST_NOW });
      const all = filter.deletable === undefined ? COUNT_CAP + 100 : COUNT_CAP + 51;
      expect(whole).toMatchObject({ total: all, removable: COUNT_CAP + 51, isCapped: false });
    }
  });

  test("take what may be in use off what may go where it is too much to look up, and then say the least", async () => {
    const scope = await insertPerson();
    const many = Array.from({ length: 6_000 }, (_, number) => ({
      name: `host-${number}.test`,
      notAfter: days(number % 30 === 0 ? -3 : 300),
    }));
    const made = await insertCertificates(scope.accountId, many);
    const resources = made.slice(0, 20).flatMap(({ id }) => Array.from({ length: 150 }, () => id));
    await insertDeployments(scope.accountId, resources);
    const figures = (filter: ListFilter) => summariseCertificates(scope, filter, TEST_NOW);
    // 6,000 less the 3,000 deployments, though these are of 20 certificates only.
    expect(await figures({})).toMatchObject({
      total: 6_000,
      deletable: 3_000,
      isPartial: false,
      isDeletablePartial: true,
    });
    // Of the 200 that have expired, 1 is deployed; nothing is left of 200 less 3,000, so they are looked at.
    expect(await figures({ status: "expired" })).toMatchObject({
      total: 200,
      deletable: 199,
      isPartial: false,
      isDeletablePartial: false,
    });
    const free = await figures({ deletable: "yes" });
    expect(free).toMatchObject({ total: 3_000, isPartial: true, isDeletablePartial: true });
    expect(free.byStatus.valid).toBeGreaterThanOrEqual(2_800);
    expect(free.byStatus.valid).toBeLessThanOrEqual(5_781);
  });
});
