import { randomInt } from "node:crypto";
import { and, eq, inArray, sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { database } from "@/drizzle/client";
import { certificateCounts } from "@/drizzle/schema/certificate-counts";
import { certificates } from "@/drizzle/schema/certificates";
import { deployments } from "@/drizzle/schema/use";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificates, insertDeployment, insertPerson, insertSync, TEST_NOW } from "@/drizzle/test-rows";
import type { Scope } from "@/lib/auth/scope";
import { takeCensus } from "@/lib/certificates/census";
import { statusColumn } from "@/lib/certificates/predicates";
import { DAY_MS, EXPIRING_DAYS, expiryRange } from "@/lib/certificates/rules";
import { removeCertificate } from "@/lib/removal/commands";
import { mayGo } from "@/lib/removal/predicates";

useTestDatabase();

const days = (count: number) => new Date(TEST_NOW.getTime() + count * DAY_MS);
const counted = z.array(
  z.object({ month: z.string(), status: z.string(), total: z.number(), free: z.number() }).strip(),
);

/** The same, counted one by one. */
async function countOneByOne(scope: Scope, months: string | undefined, now: Date) {
  const { start, finish } = expiryRange(months);
  const month = sql`to_char(${certificates.notAfter} at time zone 'UTC', 'YYYY-MM')`;
  const { rows } = await database().execute(sql`
    select ${month} as month, ${statusColumn(now)} as status, count(*)::int as total,
      (count(*) filter (where ${mayGo(now)}))::int as free
    from ${certificates} where ${certificates.accountId} = ${scope.accountId}
      and ${certificates.notAfter} >= ${start?.toISOString() ?? "-infinity"}::timestamptz
      and ${certificates.notAfter} < ${finish?.toISOString() ?? "infinity"}::timestamptz
    group by 1, 2 order by 1, 2`);
  return counted.parse(rows);
}

async function censusOf(scope: Scope, months: string | undefined, now: Date) {
  const census = await takeCensus(scope, { ...expiryRange(months), byMonth: true }, now);
  const cells = counted.parse(census?.cells);
  return cells.sort((a, b) => `${a.month} ${a.status}`.localeCompare(`${b.month} ${b.status}`));
}

async function expectCensus(scope: Scope, months: string | undefined, now: Date) {
  expect(await censusOf(scope, months, now), `${months} at ${now.toISOString()}`).toEqual(
    await countOneByOne(scope, months, now),
  );
}

/** Around now, the turning points and the midnights of their days, a millisecond apart; and starts that lie ahead. */
function manyDates() {
  const midnight = Math.floor(TEST_NOW.getTime() / DAY_MS) * DAY_MS;
  const moments = [TEST_NOW.getTime(), midnight, midnight + DAY_MS, Date.UTC(2026, 11, 1), Date.UTC(2027, 0, 1)];
  return moments
    .flatMap((moment) => [moment, moment + EXPIRING_DAYS * DAY_MS])
    .flatMap((moment) => [-1, 0, 1].map((step) => new Date(moment + step)))
    .flatMap((notAfter) => [
      { notAfter, notBefore: days(-400) },
      { notAfter, notBefore: days(-400), source: "issued" as const },
      { notAfter, notBefore: days(-400), revokedAt: days(-2) },
      { notAfter, notBefore: new Date(TEST_NOW.getTime() + randomInt(-1, 2)), source: "issued" as const },
    ]);
}

describe("the census", () => {
  test("counts as counting one by one does, at every boundary", async () => {
    const scope = await insertPerson();
    const made = await insertCertificates(scope.accountId, manyDates());
    for (const { id } of made.filter((_, index) => index % 5 === 0)) await insertDeployment(scope.accountId, id);
    for (const { id } of made.filter((_, index) => index % 7 === 0)) await insertSync(scope.accountId, id);
    for (const months of [undefined, "2026-11", "2026-12", "..2026-12", "2026-12..", "2031-01"]) {
      for (const step of [-DAY_MS, -1, 0, 1, DAY_MS])
        await expectCensus(scope, months, new Date(TEST_NOW.getTime() + step));
    }
    const stranger = await insertPerson();
    expect(await censusOf(stranger, undefined, TEST_NOW)).toEqual([]);
  });

  test("stays exact while several sessions add, change and delete at once, some in vain", {
    timeout: 60_000,
  }, async () => {
    const scope = await insertPerson();
    const one = async () => {
      const now = TEST_NOW;
      for (let step = 0; step < 25; step += 1) {
        const batch = Array.from({ length: randomInt(1, 6) }, () => ({
          notAfter: days(randomInt(-40, 60)),
          notBefore: days(randomInt(-80, 3)),
          source: randomInt(2) === 0 ? ("issued" as const) : ("uploaded" as const),
        }));
        const made = await insertCertificates(scope.accountId, batch);
        const ids = made.map(({ id }) => id);
        await insertDeployment(scope.accountId, ids[0] ?? "");
        const ofThese = and(eq(certificates.accountId, scope.accountId), inArray(certificates.id, ids));
        await database()
          .update(certificates)
          .set({ notAfter: days(randomInt(-9, 9)) })
          .where(ofThese);
        const undone = database().transaction(async (tx) => {
          await tx.update(certificates).set({ revokedAt: now, source: "issued" }).where(ofThese);
          throw new Error("undone");
        });
        await expect(undone).rejects.toThrow("undone");
        if (randomInt(2) === 0) await database().update(certificates).set({ revokedAt: now }).where(ofThese);
        if (randomInt(2) === 0) await database().delete(deployments).where(inArray(deployments.certificateId, ids));
        await removeCertificate(scope, { id: ids.at(-1) ?? "", now });
      }
    };
    const isWorking = { now: true };
    const reader = (async () => {
      // Whoever reads meanwhile sees one state, and figures that fit it.
      while (isWorking.now) {
        const seen = await database().transaction(
          async (tx) => {
            const { rows } = await tx.execute(sql`select
              (select count(*)::int from certificates where account_id = ${scope.accountId}) as certificates,
              (select coalesce(sum(n), 0)::int from certificate_counts, unnest(revoked || issued || uploaded) n
                where account_id = ${scope.accountId}) as counted`);
            return rows[0];
          },
          { isolationLevel: "repeatable read" },
        );
        expect(seen?.counted).toBe(seen?.certificates);
      }
    })();
    await Promise.all([one(), one(), one(), one()]);
    isWorking.now = false;
    await reader;
    await expectCensus(scope, undefined, TEST_NOW);
    const left = await database().$count(certificateCounts, eq(certificateCounts.accountId, scope.accountId));
    expect(left).toBeLessThan(100);
    const { rows } =
      await database().execute(sql`select (select sum(uses)::int from certificate_counts where account_id = ${scope.accountId}) as uses,
      (select count(*)::int from deployments where account_id = ${scope.accountId}) as deployments`);
    expect(rows[0]?.uses).toBe(rows[0]?.deployments);
  });
});
