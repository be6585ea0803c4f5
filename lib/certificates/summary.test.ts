import { describe, expect, test } from "vitest";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificate, insertCertificates, insertDeployment, insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { listCertificates } from "@/lib/certificates/queries";
import { DAY_MS, timelineMonths } from "@/lib/certificates/rules";
import { type ListQuery, listQuery } from "@/lib/certificates/schema";
import { summariseCertificates } from "@/lib/certificates/summary";
import { readTimeline } from "@/lib/certificates/timeline";

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
      isEmpty: false,
    });
    expect(await summariseCertificates(scope, { q: "one.test", status: "expired" }, TEST_NOW)).toEqual({
      total: 2,
      deletable: 1,
      byStatus: { expired: 2, expiring: 1, valid: 0, revoked: 0, not_yet_valid: 0 },
      isEmpty: false,
    });
    for (const filter of [{}, { q: "t" }]) {
      const bars = await readTimeline(scope, filter, TEST_NOW);
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
});
