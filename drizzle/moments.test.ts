import { eq, sql } from "drizzle-orm";
import { afterEach, describe, expect, test } from "vitest";
import { database } from "./client";
import { certificates } from "./schema/certificates";
import { parseMoment } from "./schema/columns";
import { setTimeZone, useTestDatabase } from "./test-database";
import { insertAccount, insertCertificate } from "./test-rows";

useTestDatabase();

afterEach(() => setTimeZone("UTC"));

const ZONES = ["UTC", "Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati"];

test.each(ZONES)(
  "a moment comes back as it went in, from the year 1 to the year 9999, in a session of %s",
  async (zone) => {
    await setTimeZone(zone);
    const { rows } = await database().execute(sql`show timezone`);
    expect(rows).toEqual([{ TimeZone: zone }]);
    const accountId = await insertAccount();
    for (const text of ["0001-01-01T00:00:00.000Z", "1957-12-01T00:00:00.001Z", "9999-12-31T23:59:59.999Z"]) {
      const notAfter = new Date(text);
      const { id } = await insertCertificate(accountId, { notBefore: new Date("0001-01-01T00:00:00Z"), notAfter });
      const [row] = await database()
        .select({ notAfter: certificates.notAfter })
        .from(certificates)
        .where(eq(certificates.id, id));
      expect(row?.notAfter.toISOString()).toBe(text);
    }
  },
);

describe("what PostgreSQL writes for a moment", () => {
  test.each([
    ["2026-01-01 00:00:00+00", "2026-01-01T00:00:00.000Z"],
    ["2026-01-01 00:00:00.25+02", "2025-12-31T22:00:00.250Z"],
    ["2026-01-01 00:00:00-09:30", "2026-01-01T09:30:00.000Z"],
    ["0001-01-01 00:19:32+00:19:32", "0001-01-01T00:00:00.000Z"],
    ["0001-12-31 19:03:58-04:56:02 BC", "0001-01-01T00:00:00.000Z"],
    ["0003-01-01 00:00:00+00 BC", "-000002-01-01T00:00:00.000Z"],
    ["10000-01-01 13:59:59.999+14", "9999-12-31T23:59:59.999Z"],
  ])("%s is read with its offset", (text, expected) => {
    expect(parseMoment(text).toISOString()).toBe(expected);
  });

  test.each(["infinity", "", "2026-01-01 00:00:00", "2026-13-01 00:00:00+00", "01.01.2026 00:00:00 CET"])(
    "%j is an error, never a wrong date",
    (text) => {
      expect(() => parseMoment(text)).toThrow(TypeError);
    },
  );
});
