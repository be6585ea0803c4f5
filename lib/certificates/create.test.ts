import { generateKeyPairSync, KeyObject } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { certificateContents, certificates } from "@/drizzle/schema/certificates";
import { privateKeys } from "@/drizzle/schema/private-keys";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { createCertificate } from "@/lib/certificates/create";
import { generateCertificate } from "@/lib/certificates/generate";
import { bundleOf } from "@/lib/certificates/pem";
import { DAY_MS } from "@/lib/certificates/rules";

useTestDatabase();

const dates = { notBefore: TEST_NOW, notAfter: new Date(TEST_NOW.getTime() + 90 * DAY_MS) };

async function makeChain() {
  const root = await generateCertificate({ subjectCommonName: "Root", isCa: true, ...dates });
  const leaf = await generateCertificate({ subjectCommonName: "leaf.test", issuer: root, ...dates });
  const keyPem = KeyObject.from(leaf.privateKey).export({ type: "pkcs8", format: "pem" }).toString();
  return { root, leaf, keyPem };
}

const plain = { name: null, privateKey: null };

async function bundle(accountId: string, id: string): Promise<string> {
  const { pem, chainPems, asUploaded } = certificateContents;
  const [row] = await database()
    .select({ pem, chainPems, asUploaded })
    .from(certificateContents)
    .where(and(eq(certificateContents.accountId, accountId), eq(certificateContents.id, id)));
  return row === undefined ? "" : bundleOf(row);
}

describe("creating a certificate", () => {
  test("keeps it with its key, and the same again is there already and changes nothing", async () => {
    const scope = await insertPerson();
    const { leaf, root, keyPem } = await makeChain();
    const request = { certificates: `${leaf.pem}\n${root.pem}\n`, name: "Mine", privateKey: keyPem };
    const created = await createCertificate(scope, request, TEST_NOW);
    expect(created).toMatchObject({ kind: "created", name: "Mine" });
    const again = await createCertificate(scope, { ...request, name: "Other" }, TEST_NOW);
    expect(again).toEqual({ ...created, kind: "exists" });
    expect(await database().$count(privateKeys, eq(privateKeys.accountId, scope.accountId))).toBe(1);
  });

  test("one that exists without a key stays without", async () => {
    const scope = await insertPerson();
    const { leaf, keyPem } = await makeChain();
    await createCertificate(scope, { ...plain, certificates: leaf.pem }, TEST_NOW);
    const again = await createCertificate(scope, { ...plain, certificates: leaf.pem, privateKey: keyPem }, TEST_NOW);
    expect(again).toMatchObject({ kind: "exists" });
    expect(await database().$count(privateKeys, eq(privateKeys.accountId, scope.accountId))).toBe(0);
  });

  test.each<[string, (pem: string, issuer: string) => string, boolean]>([
    ["the usual form", (pem, issuer) => `${pem}\n${issuer}\n`, false],
    ["the issuer first", (pem, issuer) => `${issuer}\n${pem}\n`, true],
    ["no final newline", (pem) => pem, true],
    [
      "CRLF and words between",
      (pem, issuer) => `first\r\n${pem.replaceAll("\n", "\r\n")}\r\nsecond ü\r\n${issuer}`,
      true,
    ],
    [
      "lines of another length",
      (pem) => `${pem.replaceAll(/(?<=[A-Za-z0-9+/]{32})(?=[A-Za-z0-9+/]{32})/g, "\n")}\n`,
      false,
    ],
  ])("gives back the same bytes: %s", async (_, write, isKeptWhole) => {
    const scope = await insertPerson();
    const { leaf, root } = await makeChain();
    const text = write(leaf.pem, root.pem);
    const created = await createCertificate(scope, { ...plain, certificates: text }, TEST_NOW);
    if (created.kind !== "created") throw new Error(JSON.stringify(created));
    expect(await bundle(scope.accountId, created.id)).toBe(text);
    const [row] = await database()
      .select({ kept: certificateContents.asUploaded })
      .from(certificateContents)
      .where(eq(certificateContents.id, created.id));
    expect(row?.kept).toBe(isKeptWhole ? text : null);
  });

  test("refuses with the field that is wrong, and adds nothing", async () => {
    const scope = await insertPerson();
    const { leaf, keyPem } = await makeChain();
    const { pem } = await generateCertificate({ subjectCommonName: "other.test", ...dates });
    const stranger = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const good = { ...plain, certificates: leaf.pem };
    const requests = [
      [{ ...good, certificates: "rubbish" }, "certificates"],
      [{ ...good, certificates: "" }, "certificates"],
      [{ ...good, certificates: `${leaf.pem}\0` }, "certificates"],
      [{ ...good, certificates: `${leaf.pem}\ud800` }, "certificates"],
      [{ ...good, certificates: `${leaf.pem}\n${keyPem}` }, "certificates"],
      [{ ...good, certificates: `${leaf.pem}\n${pem}` }, "certificates"],
      [{ ...good, certificates: keyPem }, "certificates"],
      [{ ...good, privateKey: stranger }, "private_key"],
      [{ ...good, privateKey: leaf.pem }, "private_key"],
      [{ ...good, privateKey: "" }, "private_key"],
      [{ ...good, privateKey: `${keyPem}${keyPem}` }, "private_key"],
      [{ ...good, name: "a\u0000b" }, "name"],
      [{ ...good, ca: true }, "ca"],
    ] as const;
    for (const [request, field] of requests) {
      const outcome = await createCertificate(scope, request, TEST_NOW);
      expect(outcome).toMatchObject({ kind: "refused", field, sentence: expect.stringMatching(/\.$/) });
    }
    expect(await database().$count(certificates, eq(certificates.accountId, scope.accountId))).toBe(0);
    const fine = await createCertificate(scope, { ...good, ca: false, privateKey: keyPem }, TEST_NOW);
    expect(fine).toMatchObject({ kind: "created" });
  });
});
