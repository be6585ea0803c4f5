import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { database } from "./client";
import { certificates } from "./schema/certificates";
import { parseMoment } from "./schema/columns";
import { useTestDatabase } from "./test-database";
import { insertAccount, insertCertificate } from "./test-rows";

useTestDatabase();

test("a moment comes back as it went in, from the year 1 to the year 9999", async () => {
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
});

test("anything but a timestamp in UTC is an error, never a wrong date", () => {
  for (const text of ["0001-01-01 00:00:00+00 BC", "2026-01-01 00:00:00+02", "infinity", ""]) {
    expect(() => parseMoment(text)).toThrow(TypeError);
  }
});
