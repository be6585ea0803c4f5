import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { cleanupRuns, cleanupSettings } from "@/drizzle/schema/cleanup";
import { setTimeZone, useTestDatabase } from "@/drizzle/test-database";
import { insertCertificates, insertPerson } from "@/drizzle/test-rows";
import { mintJobScope } from "@/lib/auth/scope";
import { DAY_MS } from "@/lib/certificates/rules";
import { CLEANUP_DEFAULTS } from "@/lib/cleanup/rules";
import { carryOut } from "@/lib/cleanup/run";
import { claimDueRun, listDueAccounts } from "@/lib/cleanup/schedule";

useTestDatabase();

const zone = process.env.TZ;

beforeAll(async () => {
  process.env.TZ = "America/New_York";
  await setTimeZone("America/New_York");
});

afterAll(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

const HALF_HOUR_MS = 1_800_000;
const moment = (text: string) => new Date(text);
const later = (from: Date, milliseconds: number) => new Date(from.getTime() + milliseconds);

test("this process and its database are in New York", () => {
  expect(moment("2026-01-01T12:00:00Z").getHours()).toBe(7);
  expect(moment("2026-07-01T12:00:00Z").getHours()).toBe(8);
});

/** An account whose cleanup has been on for a year, daily at this minute of the UTC day. */
async function dailyAt(dailyAtMinute: number, retentionDays = 30) {
  const { accountId } = await insertPerson({ role: "admin" });
  const since = moment("2025-11-22T00:00:00Z");
  const row = { ...CLEANUP_DEFAULTS, enabled: true, retentionDays, dailyAtMinute };
  await database()
    .insert(cleanupSettings)
    .values({ accountId, ...row, scheduledFrom: since, updatedAt: since });
  return mintJobScope(accountId, "Certificate Cleanup");
}

describe.each([
  { change: "forward", at: moment("2026-03-08T07:00:00Z") },
  { change: "back", at: moment("2026-11-01T06:00:00Z") },
])("around the moment when the clocks go $change", ({ at }) => {
  const minuteOfChange = at.getUTCHours() * 60;

  test.each([-30, 0, 30, 60])("a daily time %i minutes from it comes once a day, on time", async (offset) => {
    const scope = await dailyAt(minuteOfChange + offset);
    // The day before has run, and the schedule is looked at for two days from then on.
    await claimAndRun(scope, later(at, -DAY_MS + offset * 60_000));
    for (let now = later(at, -DAY_MS + 5_400_000); now < later(at, DAY_MS); now = later(now, HALF_HOUR_MS)) {
      const isListed = (await listDueAccounts(now, { after: null, limit: 100 })).includes(scope.accountId);
      expect(await claimAndRun(scope, now)).toBe(isListed);
    }
    const runs = await database().select().from(cleanupRuns).where(eq(cleanupRuns.accountId, scope.accountId));
    const slots = [-DAY_MS, 0].concat(offset < 0 ? [DAY_MS] : []);
    const expected = slots.map((days) => later(at, days + offset * 60_000));
    expect(runs.map(({ startedAt }) => startedAt).toSorted((a, b) => a.getTime() - b.getTime())).toEqual(expected);
    expect(runs.map(({ slotOn }) => slotOn).toSorted()).toEqual(
      expected.map((slot) => slot.toISOString().slice(0, 10)),
    );
  });

  test.each([1, 2, 29, 30])("%i days are so many times 24 hours, to the millisecond", async (days) => {
    const now = later(at, HALF_HOUR_MS);
    const scope = await dailyAt(minuteOfChange, days);
    const ages = [days * DAY_MS + 1, days * DAY_MS, days * DAY_MS - 1, (days - 0.001) * DAY_MS];
    const notBefore = moment("2024-01-01T00:00:00Z");
    await insertCertificates(
      scope.accountId,
      ages.map((age) => ({ name: `${age} ms ago`, notBefore, notAfter: later(now, -age) })),
    );
    await claimAndRun(scope, now);
    const left = await database()
      .select({ name: certificates.name })
      .from(certificates)
      .where(eq(certificates.accountId, scope.accountId));
    expect(left.map(({ name }) => name).toSorted()).toEqual(
      ages
        .slice(1)
        .map((age) => `${age} ms ago`)
        .toSorted(),
    );
    const [run] = await database().select().from(cleanupRuns).where(eq(cleanupRuns.accountId, scope.accountId));
    expect(run).toMatchObject({ removed: 1, cutoff: later(now, -days * DAY_MS) });
  });
});

async function claimAndRun(scope: Awaited<ReturnType<typeof dailyAt>>, now: Date): Promise<boolean> {
  const claim = await claimDueRun(scope, now);
  if (claim === null) return false;
  const options = { clock: () => now, signal: new AbortController().signal };
  expect(await carryOut(scope, claim, options)).toBe("succeeded");
  return true;
}
