import { eq, sql } from "drizzle-orm";
import { Client } from "pg";
import { expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { CHECK_VIOLATION, sqlStateOf } from "@/drizzle/failures";
import { auditEvents } from "@/drizzle/schema/audit";
import { cleanupSettings } from "@/drizzle/schema/cleanup";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { saveSettings } from "@/lib/cleanup/commands";
import { readCleanup, readSettings } from "@/lib/cleanup/queries";
import { CLEANUP_DEFAULTS } from "@/lib/cleanup/rules";
import { settingsInput } from "@/lib/cleanup/schema";
import { AppError } from "@/lib/errors";

useTestDatabase();

const later = (minutes: number) => new Date(TEST_NOW.getTime() + minutes * 60_000);

test.each([0, 31, -1, 1.5, 29.999, Number.NaN, Number.POSITIVE_INFINITY, 1e10, "7", "", null, undefined, [7], true])(
  "%j days are refused with a sentence, not clamped",
  (days) => {
    const parsed = settingsInput.safeParse({ ...CLEANUP_DEFAULTS, retentionDays: days, seenUpdatedAt: null });
    expect(parsed.error?.issues[0]).toMatchObject({
      path: ["retentionDays"],
      message: "Enter a whole number from 1 to 30.",
    });
  },
);

test.each([1, 2, 29, 30])("%i days are taken", (days) => {
  const parsed = settingsInput.safeParse({ ...CLEANUP_DEFAULTS, retentionDays: days, seenUpdatedAt: null });
  expect(parsed.data?.retentionDays).toBe(days);
});

test.each([-1, 1440, 0.5, "120", null])("minute %j of the day is refused", (dailyAtMinute) => {
  expect(settingsInput.safeParse({ ...CLEANUP_DEFAULTS, dailyAtMinute, seenUpdatedAt: null }).success).toBe(false);
});

test.each([
  ["retention_days", 0],
  ["retention_days", 31],
  ["daily_at_minute", -1],
  ["daily_at_minute", 1440],
])("the database refuses %s = %i by itself", async (column, value) => {
  const admin = await insertPerson({ role: "admin" });
  await saveSettings(admin, { ...CLEANUP_DEFAULTS, seenUpdatedAt: null, now: TEST_NOW });
  const statement = database()
    .update(cleanupSettings)
    .set(column === "retention_days" ? { retentionDays: value } : { dailyAtMinute: value })
    .where(eq(cleanupSettings.accountId, admin.accountId));
  expect(sqlStateOf(await statement.catch((error: unknown) => error))).toBe(CHECK_VIOLATION);
});

test.each(["seven", "", "1.5", "29.999", "NaN", "1e10", "10000000000", null])(
  "nor does the database take %j for days, whoever sends it",
  async (value) => {
    const admin = await insertPerson({ role: "admin" });
    await saveSettings(admin, { ...CLEANUP_DEFAULTS, seenUpdatedAt: null, now: TEST_NOW });
    const session = new Client(process.env.DATABASE_URL);
    await session.connect();
    const statement = session.query("update cleanup_settings set retention_days = $1 where account_id = $2", [
      value,
      admin.accountId,
    ]);
    // No integer, out of range, missing.
    await expect(statement).rejects.toMatchObject({ code: expect.stringMatching(/^(22P02|22003|23502)$/) });
    await session.end();
    expect((await readSettings(database(), admin)).retentionDays).toBe(CLEANUP_DEFAULTS.retentionDays);
  },
);

test("an account that nobody has set up has the defaults and no next run", async () => {
  const admin = await insertPerson({ role: "admin" });
  const view = await readCleanup(admin, TEST_NOW);
  expect(view).toMatchObject({ settings: { ...CLEANUP_DEFAULTS, updatedAt: null }, nextRunAt: null, runs: [] });
});

test("saving says in the audit who changed what, from what and to what", async () => {
  const admin = await insertPerson({ role: "admin" });
  const first = { ...CLEANUP_DEFAULTS, enabled: true, seenUpdatedAt: null, now: TEST_NOW };
  const { updatedAt } = await saveSettings(admin, first);
  await saveSettings(admin, {
    ...{ enabled: true, retentionDays: 7, skipSynced: false, dailyAtMinute: 120, brakePercent: 50 },
    seenUpdatedAt: updatedAt.toISOString(),
    now: later(5),
  });
  const events = await database()
    .select()
    .from(auditEvents)
    .where(eq(auditEvents.accountId, admin.accountId))
    .orderBy(auditEvents.id);
  expect(events).toMatchObject([
    { action: "cleanup.settings_changed", actorLabel: admin.email, at: TEST_NOW },
    { action: "cleanup.settings_changed", actorId: admin.userId, at: later(5) },
  ]);
  expect(events.map((event) => event.details)).toEqual([
    { "enabled.from": false, "enabled.to": true },
    { "retentionDays.from": 30, "retentionDays.to": 7, "skipSynced.from": true, "skipSynced.to": false },
  ]);
});

test("when the audit cannot be written, nothing is saved", async () => {
  const admin = await insertPerson({ role: "admin" });
  await database().execute(sql`create function refuse_event() returns trigger language plpgsql as
    $$ begin raise exception 'no room'; end $$`);
  await database().execute(sql`create trigger refuse before insert on audit_events execute function refuse_event()`);
  const saving = saveSettings(admin, { ...CLEANUP_DEFAULTS, enabled: true, seenUpdatedAt: null, now: TEST_NOW });
  await expect(saving).rejects.toThrow();
  await database().execute(sql`drop trigger refuse on audit_events`);
  expect((await readSettings(database(), admin)).updatedAt).toBeNull();
});

test("the second of two admins who began with the same settings is told, and nothing of theirs is saved", async () => {
  const admin = await insertPerson({ role: "admin" });
  const begin = { ...CLEANUP_DEFAULTS, seenUpdatedAt: null };
  const { updatedAt } = await saveSettings(admin, { ...begin, retentionDays: 7, now: TEST_NOW });
  const stale = saveSettings(admin, { ...begin, retentionDays: 9, now: later(1) });
  await expect(stale).rejects.toThrow(/Someone else changed these settings/);
  expect(await readSettings(database(), admin)).toMatchObject({ retentionDays: 7, updatedAt });
});

test("of admins who save at the same moment exactly one succeeds, on the first save and on later ones", async () => {
  const admin = await insertPerson({ role: "admin" });
  for (let round = 0; round < 2; round += 1) {
    const seen = (await readSettings(database(), admin)).updatedAt?.toISOString() ?? null;
    const attempts = [3, 4, 5, 6].map((days) =>
      saveSettings(admin, { ...CLEANUP_DEFAULTS, retentionDays: days + round, seenUpdatedAt: seen, now: TEST_NOW }),
    );
    const outcomes = await Promise.allSettled(attempts);
    const refused = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    expect(refused).toHaveLength(3);
    expect(refused.every((error) => error instanceof AppError && error.code === "conflict")).toBe(true);
  }
});

test("the schedule counts from switching on and from a new time, not from other changes", async () => {
  const admin = await insertPerson({ role: "admin" });
  let seen: string | null = null;
  const save = async (change: Partial<typeof CLEANUP_DEFAULTS>, now: Date) => {
    const { updatedAt } = await saveSettings(admin, { ...CLEANUP_DEFAULTS, ...change, seenUpdatedAt: seen, now });
    seen = updatedAt.toISOString();
    return (await readSettings(database(), admin)).scheduledFrom;
  };
  expect(await save({ enabled: true }, later(0))).toEqual(later(0));
  expect(await save({ enabled: true, retentionDays: 5 }, later(1))).toEqual(later(0));
  expect(await save({ enabled: true, dailyAtMinute: 30 }, later(2))).toEqual(later(2));
  expect(await save({ enabled: false, dailyAtMinute: 30 }, later(3))).toEqual(later(2));
  expect(await save({ enabled: true, dailyAtMinute: 30 }, later(4))).toEqual(later(4));
});
