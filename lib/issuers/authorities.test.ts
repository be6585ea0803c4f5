import { createPrivateKey, X509Certificate } from "node:crypto";
import { and, asc, eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { auditEvents } from "@/drizzle/schema/audit";
import { authorities, issuers } from "@/drizzle/schema/issuers";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { insertPrivateIssuer, issueLeaf } from "@/e2e/private-ca";
import type { Scope } from "@/lib/auth/scope";
import { generateCertificate } from "@/lib/certificates/generate";
import { importPrivateIssuer } from "@/lib/issuers/authorities";
import { retireIssuer } from "@/lib/issuers/change";
import { NO_CONSTRAINTS } from "@/lib/pki/constraints";
import { makeKey, publicKeyInfo } from "@/lib/pki/keys";
import { type MadeCertificate, makeIntermediate, makeLeaf, makeRoot, signerOf } from "@/lib/pki/signing";

useTestDatabase();

const now = TEST_NOW;
const DAY = 86_400_000;
const later = (days: number) => new Date(now.getTime() + days * DAY);

const authoritiesOf = ({ accountId }: Scope) =>
  database().select().from(authorities).where(eq(authorities.accountId, accountId)).orderBy(asc(authorities.id));

test("a private CA has a root and an intermediate that signs, with sealed keys, first lists and a note of who made it", async () => {
  const scope = await insertPerson({ role: "admin" });
  const { issuerId, name } = await insertPrivateIssuer(scope, { permitted: ["corp.example"] }, now);
  const rows = await authoritiesOf(scope);
  expect(rows.map(({ role, isSigning, crlNumber }) => ({ role, isSigning, crlNumber }))).toEqual([
    { role: "intermediate", isSigning: true, crlNumber: 1 },
    { role: "root", isSigning: false, crlNumber: 1 },
  ]);
  const [intermediate, root] = rows.map(({ certificatePem }) => new X509Certificate(certificatePem));
  if (intermediate === undefined || root === undefined) throw new Error("both were there");
  expect(intermediate.checkIssued(root) && intermediate.verify(root.publicKey)).toBe(true);
  expect([intermediate.subject, root.subject]).toEqual([`O=Example\nCN=${name} Issuing`, `O=Example\nCN=${name} Root`]);
  expect(intermediate.infoAccess).toContain(`/pki/${rows[1]?.id}/ocsp`);
  for (const { keyBox } of rows) expect(keyBox).toMatch(/^[A-Za-z0-9+/]{180,}={0,2}$/);
  const [event] = await database().select().from(auditEvents).where(eq(auditEvents.subjectId, issuerId));
  expect(event).toMatchObject({ action: "issuer.added", actorId: scope.userId, details: { name, kind: "private_ca" } });
});

test("two issuers of an account cannot have one name, those of two accounts can", async () => {
  const scope = await insertPerson({ role: "admin" });
  const other = await insertPerson({ role: "admin" });
  await insertPrivateIssuer(scope, { name: "Corp" }, now);
  await insertPrivateIssuer(other, { name: "Corp" }, now);
  await expect(insertPrivateIssuer(scope, { name: "Corp" }, now)).rejects.toThrow(
    "There is an issuer called Corp already.",
  );
  expect(await authoritiesOf(scope)).toHaveLength(2);
});

test("a name that means nothing is refused before anything is made", async () => {
  const scope = await insertPerson({ role: "admin" });
  const made = (order: Parameters<typeof insertPrivateIssuer>[1]) => insertPrivateIssuer(scope, order, now);
  await expect(made({ permitted: ["a_b"] })).rejects.toThrow("“a_b” is neither a DNS name nor an IP address.");
  await expect(made({ excluded: ["10.0.0.0/64"] })).rejects.toThrow("“10.0.0.0/64” is no network");
  await expect(made({ organisation: "x".repeat(65) })).rejects.toThrow("at most 64 characters");
  expect(await authoritiesOf(scope)).toEqual([]);
});

test("a long name is cut to what a subject holds", async () => {
  const scope = await insertPerson({ role: "admin" });
  await insertPrivateIssuer(scope, { name: "ü".repeat(100), organisation: "" }, now);
  const subjects = (await authoritiesOf(scope)).map(
    ({ certificatePem }) => new X509Certificate(certificatePem).subject,
  );
  expect(subjects).toEqual([`CN=${"ü".repeat(56)} Issuing`, `CN=${"ü".repeat(59)} Root`]);
});

test("a leaf is signed within the issuer's limit of days and its name constraints, and not beyond them", async () => {
  const scope = await insertPerson({ role: "admin" });
  const { issuerId, name } = await insertPrivateIssuer(scope, { permitted: ["corp.example"], maxDays: 30 }, now);
  const leaf = new X509Certificate(
    (await issueLeaf(scope, { issuerId, names: ["A.Corp.example"], days: 30 }, now)).certificatePem,
  );
  expect(leaf.subjectAltName).toBe("DNS:a.corp.example");
  expect(Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)).toBe(30 * DAY - 1_000);
  const refused = (order: { names?: string[]; days?: number }) =>
    issueLeaf(scope, { issuerId, names: ["a.corp.example"], ...order }, now);
  await expect(refused({ days: 31 })).rejects.toThrow(`${name} signs certificates for 1 to 30 days.`);
  await expect(refused({ days: 0 })).rejects.toThrow(`${name} signs certificates for 1 to 30 days.`);
  await expect(refused({ days: 30, names: ["a.corp.example", "other.example"] })).rejects.toThrow(
    "The issuer may not certify “other.example”: its name constraints keep it out.",
  );
  await expect(refused({ days: 30, names: ["10.0.0.1"] })).rejects.toThrow("The issuer may not certify “10.0.0.1”");
});

test("a retired issuer, one of another account and one that has expired sign nothing", async () => {
  const scope = await insertPerson({ role: "admin" });
  const other = await insertPerson({ role: "admin" });
  const { issuerId, name } = await insertPrivateIssuer(scope, { intermediateYears: 1 }, now);
  await expect(issueLeaf(other, { issuerId }, now)).rejects.toThrow("There is no such private CA.");
  await expect(issueLeaf(scope, { issuerId }, later(366))).rejects.toThrow(
    `${name} has expired and signs nothing any more.`,
  );
  const last = new X509Certificate((await issueLeaf(scope, { issuerId }, later(360))).certificatePem);
  const [signing] = await authoritiesOf(scope);
  expect(new Date(last.validTo)).toEqual(signing?.notAfter);
  await retireIssuer(scope, { issuerId, isRetired: true }, now);
  await expect(issueLeaf(scope, { issuerId }, now)).rejects.toThrow(`${name} is retired and issues nothing any more.`);
});

type Made = { certificate: MadeCertificate; privateKeyPem: string };

async function makeChain(options: { rootPath?: number; pathLength?: number; notAfter?: Date } = {}) {
  const { rootPath = 1, pathLength = 0, notAfter = later(1_000) } = options;
  const [rootKey, key, leafKey] = [await makeKey("ec_p256"), await makeKey("rsa_2048"), await makeKey("ec_p256")];
  const common = { constraints: NO_CONSTRAINTS, now };
  const rootSigner = createPrivateKey(rootKey.privateKeyPem);
  const root = makeRoot({
    ...{
      ...common,
      subject: { commonName: "Elsewhere" },
      key: rootSigner,
      pathLength: rootPath,
      notAfter: later(2_000),
    },
  });
  const published = { crlUrl: "http://x.example/c", ocspUrl: "http://x.example/o", issuerUrl: "http://x.example/i" };
  const intermediate = makeIntermediate({
    ...{ ...common, subject: { commonName: "Below" }, key: createPrivateKey(key.privateKeyPem), pathLength, notAfter },
    ...{ signer: signerOf(root.der, rootSigner), published },
  });
  const leaf = makeLeaf({
    ...{ signer: signerOf(intermediate.der, createPrivateKey(key.privateKeyPem)), published, now, days: 30 },
    ...{
      publicKey: publicKeyInfo(createPrivateKey(leafKey.privateKeyPem)),
      keyAlgorithm: "EC P-256",
      commonName: null,
    },
    names: [{ kind: "dns" as const, value: "a.example" }],
  });
  const made = (certificate: MadeCertificate, { privateKeyPem }: { privateKeyPem: string }): Made => ({
    certificate,
    privateKeyPem,
  });
  return { root: made(root, rootKey), below: made(intermediate, key), leaf: made(leaf, leafKey) };
}

let imports = 0;

async function importing(scope: Scope, certificates: string[], privateKey: string, password = "", at = now) {
  imports += 1;
  const order = { name: `Imported ${imports}`, certificates: certificates.join("\n"), privateKey, password };
  return importPrivateIssuer(scope, { ...order, maxDays: 30, renewAutomatically: false }, at);
}

test("a CA that is there already is taken over with its key, encrypted or not, and with its chain in any order", async () => {
  const { root, below, leaf } = await makeChain();
  const encrypted = createPrivateKey(below.privateKeyPem)
    .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "open sesame" })
    .toString();
  for (const [certificates, key, password] of [
    [[below.certificate.pem, root.certificate.pem], below.privateKeyPem, ""],
    [[root.certificate.pem, leaf.certificate.pem, below.certificate.pem], encrypted, "open sesame"],
  ] as const) {
    const scope = await insertPerson({ role: "admin" });
    const outcome = await importing(scope, [...certificates], key, password);
    if (outcome.kind === "refused") throw new Error(outcome.sentence);
    const rows = await authoritiesOf(scope);
    expect(rows.map(({ role, isSigning, keyBox, crlNumber }) => [role, isSigning, keyBox !== null, crlNumber])).toEqual(
      [
        ["intermediate", true, true, 1],
        ["root", false, false, 0],
      ],
    );
    const issued = await issueLeaf(scope, { issuerId: outcome.issuerId, days: 30 }, now);
    const read = new X509Certificate(issued.certificatePem);
    expect(read.verify(new X509Certificate(below.certificate.der).publicKey)).toBe(true);
    expect(issued.chainPems).toEqual([below.certificate.pem]);
    expect(await importing(scope, [...certificates], key, password)).toEqual({
      ...{ kind: "refused", sentence: `This CA is here already: Imported ${imports - 1}.` },
    });
  }
});

test("a CA that could sign nothing that is believed is refused with a sentence, and nothing is kept", async () => {
  const scope = await insertPerson({ role: "admin" });
  const sentence = async (certificates: string[], key: string, password = "", at = now) => {
    const outcome = await importing(scope, certificates, key, password, at);
    return outcome.kind === "refused" ? outcome.sentence : "it was taken";
  };
  const { root, below, leaf } = await makeChain();
  const [bottom, top] = [below.certificate.pem, root.certificate.pem];
  expect(await sentence([bottom, top], leaf.privateKeyPem)).toBe(
    "The private key does not belong to any of the certificates.",
  );
  expect(await sentence([leaf.certificate.pem, bottom], leaf.privateKeyPem)).toBe(
    "The certificate that the key belongs to is no certificate authority.",
  );
  expect(await sentence([bottom, top], below.privateKeyPem, "", later(1_001))).toMatch(/^The CA expired on 20\d\d-/);
  expect(await sentence([bottom, top], "nothing")).toMatch(/^This text /);
  const encrypted = createPrivateKey(below.privateKeyPem)
    .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "open sesame" })
    .toString();
  expect(await sentence([bottom], encrypted, "wrong")).toBe(
    "The password does not open this text. Type the right one under Password and try again.",
  );
  const tight = await makeChain({ rootPath: 0 });
  expect(await sentence([tight.below.certificate.pem, tight.root.certificate.pem], tight.below.privateKeyPem)).toBe(
    "“Elsewhere”, above the CA, allows 0 authorities below it, and there are 1.",
  );
  const { pem, privateKey } = await generateCertificate({
    ...{ subjectCommonName: "Ed", isCa: true, notBefore: later(-1), notAfter: later(100) },
  });
  const exported = Buffer.from(await crypto.subtle.exportKey("pkcs8", privateKey)).toString("base64");
  const other = `-----BEGIN PRIVATE KEY-----\n${exported}\n-----END PRIVATE KEY-----`;
  expect(await sentence([pem, bottom], `${other}\n${below.privateKeyPem}`)).toBe(
    "Paste the one private key of the CA.",
  );
  const kept = await database()
    .select()
    .from(issuers)
    .where(and(eq(issuers.accountId, scope.accountId)));
  expect(kept).toEqual([]);
});
