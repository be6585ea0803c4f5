import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { issuers } from "@/drizzle/schema/issuers";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertPerson } from "@/drizzle/test-rows";
import { makeAcmeIssuer, useAcme } from "@/e2e/acme-issuer";
import { changeContact } from "@/lib/acme/accounts";
import { changeAcmeContact, createAcmeIssuer, openAcmeAccount } from "@/lib/issuers/acme-accounts";
import { sealedAccounts } from "@/lib/issuers/sealed-accounts";
import { keyRing } from "@/lib/secrets/keys";
import { reseal } from "@/lib/secrets/reseal";

useTestDatabase();
const eab = { kid: "kid-1", hmacKey: Buffer.from("an HMAC key of at least thirty-two octets").toString("base64url") };
const world = useAcme({ accountBindings: { [eab.kid]: eab.hmacKey } });

const now = new Date();
const COMMON = { contact: null, challenge: "http-01", renewAutomatically: true } as const;

test("an issuer has an account of its own, whose key is sealed to its row and opens after the encryption key has changed", async (context) => {
  const ca = world.ca();
  if (ca === null) return context.skip("pebble could not be had");
  const admin = await insertPerson({ role: "admin" });
  const issuerId = await makeAcmeIssuer(admin, ca, { eab, contact: "operator@example.test" });
  const account = await openAcmeAccount(admin, issuerId);
  expect(account).toMatchObject({ name: "Test CA", directoryUrl: ca.directoryUrl, caBundle: ca.caBundle });
  expect(account.accountKey).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  const [row] = await database().select().from(issuers).where(eq(issuers.id, issuerId));
  expect(JSON.stringify(row)).not.toContain(eab.hmacKey);
  expect(JSON.stringify(row)).not.toContain("PRIVATE KEY");
  await changeAcmeContact(admin, { issuerId, contact: null }, now);
  const [changed] = await database().select().from(issuers).where(eq(issuers.id, issuerId));
  expect(changed).toMatchObject({ contact: null, accountUrl: row?.accountUrl });

  const [former] = keyRing();
  const done = await reseal(sealedAccounts, [randomBytes(32), former]);
  expect(done.unreadable).toBe(0);
  expect(done.resealed).toBeGreaterThan(0);
  await expect(openAcmeAccount(admin, issuerId)).rejects.toThrow("encrypted with key");
  const stranger = await insertPerson({ role: "admin" });
  await expect(openAcmeAccount(stranger, issuerId)).rejects.toThrow("There is no such ACME issuer");
});

test("what a CA refuses keeps nothing, and names the field", async (context) => {
  const ca = world.ca();
  if (ca === null) return context.skip("pebble could not be had");
  const admin = await insertPerson({ role: "admin" });
  const { directoryUrl, caBundle } = ca;
  const create = (wish: Partial<Parameters<typeof createAcmeIssuer>[1]>) =>
    createAcmeIssuer(admin, { ...COMMON, name: "A CA", directoryUrl, caBundle, eab, ...wish }, now);
  expect(await create({ eab: null })).toMatchObject({ kind: "refused", field: "eab" });
  expect(await create({ caBundle: "nonsense" })).toMatchObject({ kind: "refused", field: "caBundle" });
  expect(await create({ caBundle: null })).toMatchObject({
    ...{ field: "directoryUrl", sentence: expect.stringContaining("Enter that one as the issuer's CA bundle") },
  });
  expect(await create({ directoryUrl: `${directoryUrl}/other` })).toMatchObject({
    ...{ field: "directoryUrl", sentence: expect.stringContaining("no ACME directory") },
  });
  expect(await create({ directoryUrl: "https://169.254.169.254/dir" })).toMatchObject({
    ...{ field: "directoryUrl", sentence: expect.stringContaining("Certsweep never connects to those") },
  });
  expect(await database().$count(issuers, eq(issuers.accountId, admin.accountId))).toBe(0);
  expect(await create({})).toMatchObject({ kind: "created" });
  expect(await create({})).toEqual({
    kind: "refused",
    field: "name",
    sentence: "There is an issuer called A CA already.",
  });
});

test("a CA that forgot the account gets it again, with the key that it had", async (context) => {
  const ca = world.ca();
  if (ca === null) return context.skip("pebble could not be had");
  const admin = await insertPerson({ role: "admin" });
  const issuerId = await makeAcmeIssuer(admin, ca, { eab });
  const before = await openAcmeAccount(admin, issuerId);
  await ca.kill();
  await expect(changeAcmeContact(admin, { issuerId, contact: null }, now)).rejects.toThrow("cannot be reached");
  await ca.start();
  await expect(changeContact(before, null, new AbortController().signal)).rejects.toMatchObject({
    kind: "credentials",
  });
  await changeAcmeContact(admin, { issuerId, contact: "operator@example.test" }, now);
  const after = await openAcmeAccount(admin, issuerId);
  expect(after.accountKey).toBe(before.accountKey);
  await changeContact(after, null, new AbortController().signal);
});
