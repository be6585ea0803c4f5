import { describe, expect, test } from "vitest";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificate, insertCertificates, insertDeployment, insertPerson, TEST_NOW } from "@/drizzle/test-rows";
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
      isEmpty: false,
    });
    expect(await summariseCertificates(scope, { q: "one.test", status: "expired" }, TEST_NOW)).toEqual({
      total: 2,
      deletable: 1,
      byStatus: { expired: 2, expiring: 1, valid: 0, revoked: 0, not_yet_valid: 0 },
      isPartial: false,
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

  test("are the least there is where counting stopped, and say so; otherwise exact", { timeout: 120_000 }, async () => {
    const scope = await insertPerson();
    // One more than is counted, and some that may not go.
    const many = Array.from({ length: COUNT_CAP + 100 }, (_, number) => ({
      name: `host-${number}.test`,
      ...(number < 99 ? { source: "issued" as const } : {}),
      notAfter: days(number % 2 === 0 ? -3 : 300),
    }));
    await insertCertificates(scope.accountId, many);
    const figures = (filter: ListFilter) => summariseCertificates(scope, filter, TEST_NOW);
    const everything = await figures({});
    expect(everything).toMatchObject({ total: COUNT_CAP + 1, deletable: COUNT_CAP + 1, isPartial: false });
    expect(everything.byStatus).toMatchObject({ expired: 5_050, valid: 5_050 });
    // The index of all words finds these, three letters without a match, and two letters are looked for one by one.
    expect(await figures({ q: "host-77" })).toMatchObject({ total: 111, deletable: 110, isPartial: false });
    expect(await figures({ q: "zzz" })).toMatchObject({ total: 0, isPartial: false, isEmpty: false });
    for (const filter of [{ q: "host" }, { q: "ho" }, { deletable: "yes" as const }]) {
      const { total, deletable, byStatus, isPartial } = await figures(filter);
      expect(isPartial, JSON.stringify(filter)).toBe(true);
      expect(total).toBeGreaterThan(1_000);
      expect(total).toBeLessThanOrEqual(COUNT_CAP + 1);
      expect(deletable).toBeLessThanOrEqual(COUNT_CAP + 1);
      expect(byStatus.expired).toBeLessThanOrEqual(5_050);
      const { months, ...timeline } = await readTimeline(scope, filter, TEST_NOW);
      expect(timeline.isPartial).toBe(true);
      const counted = months.flatMap(({ segments }) => segments).reduce((sum, { count }) => sum + count, 0);
      expect(counted).toBe(total);
      const weighed = await weighSelection(scope, { filter, isExact: false, now: TEST_NOW });
      expect(weighed).toMatchObject({ total, isCapped: true });
      const exact = await weighSelection(scope, { filter, isExact: true, now: TEST_NOW });
      const all = filter.deletable === undefined ? COUNT_CAP + 100 : COUNT_CAP + 51;
      expect(exact).toMatchObject({ total: all, removable: COUNT_CAP + 51, isCapped: false });
    }
  });
});
