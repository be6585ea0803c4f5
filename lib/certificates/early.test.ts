import { and, eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificate, insertCertificates, insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { takeCensus } from "@/lib/certificates/census";
import { recallEarly, rememberEarly } from "@/lib/certificates/early";
import { DAY_MS, EXPIRING_DAYS } from "@/lib/certificates/rules";
import { removeCertificate } from "@/lib/removal/commands";

useTestDatabase();

const later = (milliseconds: number) => new Date(TEST_NOW.getTime() + milliseconds);

test("what is remembered counts from when it was taken until one of it turns", () => {
  const until = later(1_000).getTime();
  rememberEarly("a", { version: "{1}", rows: "[]", until }, TEST_NOW);
  expect(recallEarly("a", later(-1))).toBeNull();
  expect(recallEarly("a", TEST_NOW)).toMatchObject({ version: "{1}", rows: "[]" });
  expect(recallEarly("a", later(999))).toMatchObject({ version: "{1}" });
  expect(recallEarly("a", later(1_000))).toBeNull();
  expect(recallEarly("b", TEST_NOW)).toBeNull();
  rememberEarly("a", { version: "{2}", rows: "[]", until: null }, TEST_NOW);
  expect(recallEarly("a", later(DAY_MS * 9_999))).toMatchObject({ version: "{2}" });
});

test("who asked least lately is forgotten first", () => {
  const early = { version: "{}", rows: "[]", until: null };
  rememberEarly("first", early, TEST_NOW);
  rememberEarly("second", early, TEST_NOW);
  rememberEarly("first", early, TEST_NOW);
  for (let other = 0; other < 999; other += 1) rememberEarly(`other ${other}`, early, TEST_NOW);
  expect(recallEarly("first", TEST_NOW)).not.toBeNull();
  expect(recallEarly("second", TEST_NOW)).toBeNull();
});

test("a count that remembers sees each change, and each turn at its millisecond", async () => {
  const scope = await insertPerson({ role: "member" });
  const counted = async (now: Date) => {
    const census = await takeCensus(scope, { start: null, finish: null, byMonth: false }, now);
    return Object.fromEntries((census?.cells ?? []).map(({ status, total }) => [status, total]));
  };
  const begins = { notBefore: later(10_000), notAfter: later(EXPIRING_DAYS * DAY_MS + 5_000) };
  const [one] = await insertCertificates(scope.accountId, [begins, { ...begins, notBefore: later(20_000) }]);
  for (const moment of [0, 1, 4_999, 5_000, 5_001, 9_999])
    expect(await counted(later(moment))).toEqual({ not_yet_valid: 2 });
  expect(await counted(later(10_000))).toEqual({ not_yet_valid: 1, expiring: 1 });
  expect(await counted(later(19_999))).toEqual({ not_yet_valid: 1, expiring: 1 });
  expect(await counted(later(20_000))).toEqual({ expiring: 2 });
  // A server whose clock is behind.
  expect(await counted(TEST_NOW)).toEqual({ not_yet_valid: 2 });

  const added = await insertCertificate(scope.accountId, { ...begins, notAfter: later(90 * DAY_MS) });
  expect(await counted(TEST_NOW)).toEqual({ not_yet_valid: 3 });
  await database()
    .update(certificates)
    .set({ revokedAt: TEST_NOW })
    .where(and(eq(certificates.accountId, scope.accountId), eq(certificates.id, one?.id ?? "")));
  expect(await counted(TEST_NOW)).toEqual({ not_yet_valid: 2, revoked: 1 });
  expect((await removeCertificate(scope, { id: added.id, now: TEST_NOW })).kind).toBe("removed");
  expect(await counted(TEST_NOW)).toEqual({ not_yet_valid: 1, revoked: 1 });
  expect(await counted(later(20_000))).toEqual({ expiring: 1, revoked: 1 });
});
