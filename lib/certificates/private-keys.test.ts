import { Buffer } from "node:buffer";
import { generateKeyPairSync, KeyObject } from "node:crypto";
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { privateKeys } from "@/drizzle/schema/private-keys";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import type { PersonScope } from "@/lib/auth/scope";
import { addFiles } from "@/lib/certificates/commands";
import { readCertificate } from "@/lib/certificates/detail";
import { type CertificateOrder, generateCertificate } from "@/lib/certificates/generate";
import { DAY_MS } from "@/lib/certificates/rules";
import { removeCertificate } from "@/lib/removal/commands";
import { keyIdOf, unseal } from "@/lib/secrets/encrypt";
import { keyRing } from "@/lib/secrets/keys";

useTestDatabase();

const days = (count: number) => new Date(TEST_NOW.getTime() + count * DAY_MS);

async function make(name: string, order: Partial<CertificateOrder> = {}) {
  const made = await generateCertificate({
    subjectCommonName: name,
    notBefore: days(-9),
    notAfter: days(90),
    ...order,
  });
  const key = KeyObject.from(made.privateKey);
  return { ...made, key, keyPem: key.export({ type: "pkcs8", format: "pem" }).toString() };
}

const fileOf = (name: string, ...texts: string[]) => ({ name, bytes: Buffer.from(texts.join("\n")) });

async function upload(scope: PersonScope, files: ReturnType<typeof fileOf>[], more: { password?: string } = {}) {
  return await addFiles(scope, { files, givenName: null, now: TEST_NOW, ...more });
}

const keysOf = ({ accountId }: PersonScope) =>
  database().select().from(privateKeys).where(eq(privateKeys.accountId, accountId));

async function countCertificates({ accountId }: PersonScope) {
  return await database().$count(certificates, eq(certificates.accountId, accountId));
}

describe("a certificate and its private key", () => {
  test("in one file are kept together, the key as PKCS#8, sealed to its place", async () => {
    const scope = await insertPerson();
    const { pem, key } = await make("one.test");
    const [outcome] = await upload(scope, [
      fileOf("both.pem", key.export({ type: "sec1", format: "pem" }).toString(), pem),
    ]);
    expect(outcome).toMatchObject({ kind: "read", certificates: [{ kind: "added_with_key", name: "one.test" }] });
    const [row, ...others] = await keysOf(scope);
    if (row === undefined) throw new Error("no key was kept");
    expect(others).toEqual([]);
    expect(row).toMatchObject({ keyId: keyIdOf(keyRing()[0]), addedAt: TEST_NOW, addedById: scope.userId });
    const der = key.export({ type: "pkcs8", format: "der" });
    expect(Buffer.from(row.box, "base64").includes(der.subarray(40))).toBe(false);
    const place = `private_keys.box:${scope.accountId}/${row.certificateId}`;
    expect(unseal(row, place).equals(der)).toBe(true);
    const other = `private_keys.box:${scope.accountId}/${scope.userId}`;
    expect(() => unseal(row, other)).toThrow("was changed");
    expect(await readCertificate(scope, row.certificateId)).toMatchObject({ hasPrivateKey: true });
  });

  test("in two files find each other, whatever their order, beside others", async () => {
    const scope = await insertPerson();
    const [one, two, bare] = [
      await make("1.test"),
      await make("2.test", { keyAlgorithm: "RSA 2048" }),
      await make("3.test"),
    ];
    const outcomes = await upload(scope, [
      fileOf("two.key", two.keyPem),
      fileOf("all.pem", one.pem, two.pem, bare.pem),
      fileOf("one.key", one.keyPem),
    ]);
    expect(outcomes).toMatchObject([
      { file: "two.key", kind: "read", certificates: [{ kind: "key_added", name: "2.test" }] },
      { file: "all.pem", kind: "read", certificates: [{ kind: "added" }, { kind: "added" }, { kind: "added" }] },
      { file: "one.key", kind: "read", certificates: [{ kind: "key_added", name: "1.test" }] },
    ]);
    expect(await keysOf(scope)).toHaveLength(2);
  });

  test("that was there without gets the key when both are uploaded again, and only once", async () => {
    const scope = await insertPerson();
    const { pem, keyPem } = await make("later.test");
    const [first] = await upload(scope, [fileOf("a.pem", pem)]);
    const id = first?.kind === "read" ? (first.certificates[0]?.id ?? "") : "";
    expect(await readCertificate(scope, id)).toMatchObject({ hasPrivateKey: false });
    const both = [fileOf("both.pem", pem, keyPem)];
    expect(await upload(scope, both)).toMatchObject([{ certificates: [{ kind: "key_added", id }] }]);
    const [kept] = await keysOf(scope);
    expect(await upload(scope, both)).toMatchObject([{ certificates: [{ kind: "already", id }] }]);
    expect(await keysOf(scope)).toEqual([kept]);
  });

  test("share it with the certificate that renewed the first", async () => {
    const scope = await insertPerson();
    const algorithm = { name: "ECDSA", namedCurve: "P-256" };
    const keys = await globalThis.crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const [old, renewed] = [await make("shared.test", { keys }), await make("shared.test", { keys })];
    const outcomes = await upload(scope, [fileOf("a.pem", old.pem, old.keyPem), fileOf("b.pem", renewed.pem)]);
    expect(outcomes).toMatchObject([
      { certificates: [{ kind: "added_with_key" }, { kind: "key_added" }] },
      { certificates: [{ kind: "added" }] },
    ]);
    expect(await keysOf(scope)).toHaveLength(2);
  });

  test("uploaded twice at once are told of once a file", async () => {
    const scope = await insertPerson();
    const { pem, keyPem } = await make("twice.test");
    const outcomes = await upload(scope, [fileOf("a.pem", pem, keyPem), fileOf("b.pem", pem)]);
    expect(outcomes.map((outcome) => (outcome.kind === "read" ? outcome.certificates.length : 0))).toEqual([1, 1]);
    expect(await keysOf(scope)).toHaveLength(1);
  });

  test("the key is destroyed with the certificate", async () => {
    const scope = await insertPerson();
    const { pem, keyPem } = await make("gone.test");
    await upload(scope, [fileOf("a.pem", pem, keyPem)]);
    const [kept] = await keysOf(scope);
    const answer = await removeCertificate(scope, { id: kept?.certificateId ?? "", now: TEST_NOW });
    expect(answer).toMatchObject({ kind: "removed" });
    expect(await keysOf(scope)).toEqual([]);
  });

  test("many uploads of the same at once keep the key once", async () => {
    const scope = await insertPerson();
    const made = await Promise.all(["a", "b", "c"].map((name) => make(`${name}.test`)));
    const files = made.map(({ pem, keyPem }, index) => fileOf(`${index}.pem`, pem, keyPem));
    const all = await Promise.all(
      [files, files.toReversed(), files, files.toReversed()].map((each) => upload(scope, each)),
    );
    expect(all.flat().filter((outcome) => outcome.kind === "refused")).toEqual([]);
    expect(await keysOf(scope)).toHaveLength(3);
    expect(await countCertificates(scope)).toBe(3);
  });

  test("are of one account: another's upload of the same brings neither", async () => {
    const [scope, other] = [await insertPerson(), await insertPerson()];
    const { pem, keyPem } = await make("mine.test");
    await upload(scope, [fileOf("a.pem", pem, keyPem)]);
    const [outcome] = await upload(other, [fileOf("a.pem", pem)]);
    expect(outcome).toMatchObject({ certificates: [{ kind: "added" }] });
    expect(await keysOf(other)).toEqual([]);
  });
});

describe("a private key is refused", () => {
  const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
    type: "pkcs8",
    format: "pem",
  });

  test("when it fits no certificate of the upload; others of the upload are added", async () => {
    const scope = await insertPerson();
    const { pem } = await make("fine.test");
    const outcomes = await upload(scope, [fileOf("fine.pem", pem), fileOf("stray.key", stranger.toString())]);
    expect(outcomes).toMatchObject([
      { kind: "read", certificates: [{ kind: "added" }] },
      { file: "stray.key", kind: "refused", sentence: expect.stringContaining("fits no certificate of this upload") },
    ]);
    expect(await keysOf(scope)).toEqual([]);
  });

  test("with the whole file, and with it the key that fits only there", async () => {
    const scope = await insertPerson();
    const { pem, keyPem } = await make("half.test");
    const outcomes = await upload(scope, [fileOf("half.pem", pem, stranger.toString()), fileOf("half.key", keyPem)]);
    expect(outcomes).toMatchObject([
      { file: "half.pem", kind: "refused", sentence: expect.stringContaining("nothing of the file was added") },
      { file: "half.key", kind: "refused" },
    ]);
    expect(await countCertificates(scope)).toBe(0);
  });

  test("when it is the issuer's, which stands in the file only as a link of the chain", async () => {
    const scope = await insertPerson();
    const root = await make("root.test", { isCa: true });
    const leaf = await make("leaf.test", { issuer: root });
    expect(await upload(scope, [fileOf("a.pem", leaf.pem, root.pem, root.keyPem)])).toMatchObject([
      { kind: "refused" },
    ]);
  });

  test("when its password is wrong, and the sentences hold nothing of key or password", async () => {
    const scope = await insertPerson();
    const { pem, key } = await make("locked.test");
    const locked = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "right-password" } as const;
    const file = fileOf("a.pem", pem, key.export(locked).toString());
    const outcomes = await upload(scope, [file], { password: "wrong-password" });
    expect(outcomes).toMatchObject([{ kind: "refused", sentence: expect.stringContaining("password does not open") }]);
    expect(JSON.stringify(outcomes)).not.toMatch(/wrong-password|right-password|BEGIN/);
    expect(await upload(scope, [file], { password: "right-password" })).toMatchObject([
      { certificates: [{ kind: "added_with_key" }] },
    ]);
  });
});
