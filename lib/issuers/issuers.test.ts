import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { auditEvents } from "@/drizzle/schema/audit";
import { issuers } from "@/drizzle/schema/issuers";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertIssuance, insertIssuer } from "@/drizzle/test-issuing";
import { insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { newId } from "@/lib/ids";
import { changeIssuer, retireIssuer } from "@/lib/issuers/change";
import { hasUsableIssuer, listIssuerChoices, listIssuers, readIssuer, readIssuerNames } from "@/lib/issuers/queries";
import { importedIssuer, newAcmeIssuer, newPrivateIssuer } from "@/lib/issuers/schema";

useTestDatabase();

/** A private CA, without authorities. */
const NO_ACME = { directoryUrl: null, accountUrl: null, accountBox: null, accountKeyId: null, challenge: null };
const PRIVATE = { kind: "private_ca", maxDays: 90, ...NO_ACME } as const;

async function eventsOf(issuerId: string) {
  const rows = await database().select().from(auditEvents).where(eq(auditEvents.subjectId, issuerId));
  return rows.map(({ action, details }) => ({ action, details }));
}

test("an issuer is shown with what it issued, without its secrets, and to its own account only", async () => {
  const admin = await insertPerson({ role: "admin" });
  const issuerId = await insertIssuer(admin.accountId, {
    name: "Example",
    accountBox: "sealed-account-key",
    caBundle: "PEM",
  });
  await insertIssuance(admin.accountId, { issuerId, certificateId: newId() });
  await insertIssuance(admin.accountId, { issuerId, certificateId: newId() }, { serialHex: "0b" });
  const listed = await listIssuers(admin);
  expect(listed).toMatchObject([
    {
      ...{ id: issuerId, name: "Example", kind: "acme", issued: 2, retiredAt: null, caNotAfter: null, maxDays: null },
      acme: { directoryUrl: "https://acme.example.test/directory", hasCaBundle: true, challenge: "http-01" },
    },
  ]);
  expect(JSON.stringify(listed)).not.toContain("sealed-account-key");
  const other = await insertPerson({ role: "admin" });
  expect(await listIssuers(other)).toEqual([]);
  expect(await readIssuer(other, issuerId)).toBeNull();
  expect(await readIssuerNames(other, [issuerId])).toEqual(new Map());
  expect(await hasUsableIssuer(other, TEST_NOW)).toBe(false);
});

test("an issuer is offered until it is retired, and again when it is brought back", async () => {
  const admin = await insertPerson({ role: "admin" });
  const issuerId = await insertIssuer(admin.accountId);
  const offered = async () => (await listIssuerChoices(admin, TEST_NOW)).map(({ id }) => id);
  expect(await offered()).toEqual([issuerId]);
  for (const isRetired of [true, false]) {
    await retireIssuer(admin, { issuerId, isRetired }, TEST_NOW);
    // The second time nothing is left to do.
    await retireIssuer(admin, { issuerId, isRetired }, new Date(TEST_NOW.getTime() + 1));
    expect(await offered()).toEqual(isRetired ? [] : [issuerId]);
    expect(await hasUsableIssuer(admin, TEST_NOW)).toBe(!isRetired);
    expect((await readIssuer(admin, issuerId))?.retiredAt).toEqual(isRetired ? TEST_NOW : null);
  }
  expect((await eventsOf(issuerId)).map(({ action }) => action)).toEqual(["issuer.retired", "issuer.restored"]);
});

test("a private CA without an authority that is valid is not offered", async () => {
  const admin = await insertPerson({ role: "admin" });
  await insertIssuer(admin.accountId, PRIVATE);
  expect(await listIssuerChoices(admin, TEST_NOW)).toEqual([]);
  expect(await hasUsableIssuer(admin, TEST_NOW)).toBe(false);
});

describe("a change", () => {
  test("gives an issuer another name and says what it was", async () => {
    const admin = await insertPerson({ role: "admin" });
    const issuerId = await insertIssuer(admin.accountId, { ...PRIVATE, name: "Before" });
    await changeIssuer(admin, { issuerId, name: "After", contact: null, renewAutomatically: false }, TEST_NOW);
    expect(await readIssuer(admin, issuerId)).toMatchObject({ name: "After", renewAutomatically: false });
    expect(await eventsOf(issuerId)).toMatchObject([
      { action: "issuer.changed", details: { name: "After", "name.from": "Before", renewAutomatically: false } },
    ]);
  });

  test("to a name that is taken is refused, and nothing is changed", async () => {
    const admin = await insertPerson({ role: "admin" });
    await insertIssuer(admin.accountId, { name: "Taken" });
    const issuerId = await insertIssuer(admin.accountId, { ...PRIVATE, name: "Mine" });
    const change = { issuerId, name: "Taken", contact: null, renewAutomatically: false };
    await expect(changeIssuer(admin, change, TEST_NOW)).rejects.toMatchObject({ code: "conflict" });
    expect(await readIssuer(admin, issuerId)).toMatchObject({ name: "Mine", renewAutomatically: true });
  });

  test("of another account's issuer is the same as of none", async () => {
    const admin = await insertPerson({ role: "admin" });
    const foreign = await insertIssuer((await insertPerson()).accountId);
    for (const issuerId of [foreign, newId()]) {
      const change = { issuerId, name: "X", contact: null, renewAutomatically: false };
      await expect(changeIssuer(admin, change, TEST_NOW)).rejects.toMatchObject({ code: "not_found" });
      const retirement = retireIssuer(admin, { issuerId, isRetired: true }, TEST_NOW);
      await expect(retirement).rejects.toMatchObject({ code: "not_found" });
    }
    const [row] = await database().select().from(issuers).where(eq(issuers.id, foreign));
    expect(row?.retiredAt).toBeNull();
  });
});

const ACME = {
  ...{ name: "A", directoryUrl: "https://acme.example.test/directory", contact: "", eabKeyId: "", eabHmacKey: "" },
  ...({ caBundle: "", challenge: "http-01", renewAutomatically: true } as const),
};

test("what is typed for an ACME issuer becomes what is asked of it", () => {
  expect(newAcmeIssuer.parse(ACME)).toMatchObject({ contact: null, eab: null, caBundle: null });
  const bound = newAcmeIssuer.parse({ ...ACME, contact: " pki@example.test ", eabKeyId: "kid", eabHmacKey: "aGk_-w" });
  expect(bound).toMatchObject({ contact: "pki@example.test", eab: { kid: "kid", hmacKey: "aGk_-w" } });
  expect(bound).not.toHaveProperty("eabHmacKey");
});

test.each([
  ["name", { ...ACME, name: " " }],
  ["name", { ...ACME, name: "a\nb" }],
  ["name", { ...ACME, name: "x".repeat(101) }],
  ["directoryUrl", { ...ACME, directoryUrl: "" }],
  ["directoryUrl", { ...ACME, directoryUrl: "acme.example.test" }],
  ["directoryUrl", { ...ACME, directoryUrl: "file:///etc/passwd" }],
  ["contact", { ...ACME, contact: "nobody" }],
  ["eabHmacKey", { ...ACME, eabKeyId: "kid" }],
  ["eabKeyId", { ...ACME, eabHmacKey: "aGk" }],
  ["eabHmacKey", { ...ACME, eabKeyId: "kid", eabHmacKey: "no key!" }],
])("a wrong %s of an ACME issuer is told at its field", (field, typed) => {
  expect(newAcmeIssuer.safeParse(typed).error?.issues.map(({ path }) => path.join("."))).toContain(field);
});

const CA = {
  ...{ name: "A", organisation: "", keyAlgorithm: "ec_p256", rootYears: "20", intermediateYears: "10", maxDays: "90" },
  ...({ permitted: "", excluded: "", renewAutomatically: true } as const),
};

test("the names that a CA is bound to are read one a line or with commas between them, each once", () => {
  expect(newPrivateIssuer.parse({ ...CA, permitted: "corp.example, 10.0.0.0/8\n\ncorp.example" }).permitted).toEqual([
    "corp.example",
    "10.0.0.0/8",
  ]);
});

test.each([
  ["rootYears", { ...CA, rootYears: "0" }],
  ["rootYears", { ...CA, rootYears: "51" }],
  ["rootYears", { ...CA, rootYears: "ten" }],
  ["intermediateYears", { ...CA, intermediateYears: "21" }],
  ["maxDays", { ...CA, maxDays: "0" }],
  ["maxDays", { ...CA, maxDays: "3654" }],
  ["maxDays", { ...CA, maxDays: "1.5" }],
  ["permitted", { ...CA, permitted: Array.from({ length: 101 }, (_, index) => `a${index}.example`).join(" ") }],
])("a wrong %s of a CA is told at its field", (field, typed) => {
  expect(newPrivateIssuer.safeParse(typed).error?.issues.map(({ path }) => path.join("."))).toContain(field);
});

test("a CA is imported with its certificate and its key", () => {
  const typed = { name: "A", certificates: "", privateKey: " ", password: "", maxDays: "90", renewAutomatically: true };
  const told = importedIssuer.safeParse(typed).error?.issues.map(({ path }) => path.join("."));
  expect(told).toEqual(["certificates", "privateKey"]);
});
