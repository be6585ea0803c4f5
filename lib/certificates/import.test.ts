import { Buffer } from "node:buffer";
import { and, eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { certificateContents, certificates, revocations } from "@/drizzle/schema/certificates";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import type { PersonScope } from "@/lib/auth/scope";
import { addFiles } from "@/lib/certificates/commands";
import { generateCertificate } from "@/lib/certificates/generate";
import { revocationKeyOf } from "@/lib/certificates/import";
import { DAY_MS } from "@/lib/certificates/rules";
import { removeCertificate } from "@/lib/removal/commands";

useTestDatabase();

const days = (count: number) => new Date(TEST_NOW.getTime() + count * DAY_MS);
const validity = { notBefore: days(-400), notAfter: days(-40) };
async function addFile(
  scope: PersonScope,
  { file, ...upload }: { file: ReturnType<typeof fileOf>; givenName: string | null; now: Date },
) {
  const [outcome, ...others] = await addFiles(scope, { ...upload, files: [file] });
  expect(others).toEqual([]);
  return outcome;
}
const fileOf = (content: string | Uint8Array, name = "file.pem") => ({ name, bytes: Buffer.from(content) });

describe("adding a file", () => {
  test("keeps the certificate, its chain as it came, who added it and when", async () => {
    const scope = await insertPerson();
    const root = await generateCertificate({ subjectCommonName: "Root", isCa: true, ...validity });
    const leaf = await generateCertificate({ subjectCommonName: "leaf.test", issuer: root, ...validity });
    const file = fileOf(`${leaf.pem}\n${root.pem}\n`);
    const outcome = await addFile(scope, { file, givenName: null, now: TEST_NOW });
    expect(outcome).toMatchObject({ kind: "read", certificates: [{ kind: "added", name: "leaf.test" }] });
    const [row] = await database()
      .select()
      .from(certificates)
      .innerJoin(certificateContents, eq(certificateContents.id, certificates.id))
      .where(eq(certificates.accountId, scope.accountId));
    expect(row?.certificates).toMatchObject({
      source: "uploaded",
      addedAt: TEST_NOW,
      addedById: scope.userId,
      addedByLabel: scope.email,
      notAfter: new Date(Math.floor(validity.notAfter.getTime() / 1_000) * 1_000),
    });
    expect(row?.certificate_contents.pem.trim()).toBe(leaf.pem);
    expect(row?.certificate_contents.chainPems.map((pem) => pem.trim())).toEqual([root.pem]);
    expect(row?.certificate_contents.details.chain).toMatchObject([{ subject: "CN=Root", isCa: true }]);
  });

  test("the same certificate twice is there already, also under another name, also within one file", async () => {
    const scope = await insertPerson();
    const { pem, der } = await generateCertificate({ subjectCommonName: "twice.test", ...validity });
    const first = await addFile(scope, { file: fileOf(`${pem}\n${pem}\n`), givenName: null, now: TEST_NOW });
    expect(first).toMatchObject({ certificates: [{ kind: "added" }, { kind: "already", name: "twice.test" }] });
    const again = await addFile(scope, { file: fileOf(der), givenName: "Other", now: TEST_NOW });
    expect(again).toMatchObject({ certificates: [{ kind: "already", name: "twice.test" }] });
    const other = await insertPerson();
    const elsewhere = await addFile(other, { file: fileOf(pem), givenName: null, now: TEST_NOW });
    expect(elsewhere).toMatchObject({ certificates: [{ kind: "added" }] });
  });

  test("a name can be given to one certificate only", async () => {
    const scope = await insertPerson();
    const one = await generateCertificate({ subjectCommonName: "one.test", ...validity });
    const two = await generateCertificate({ subjectCommonName: "two.test", ...validity });
    const both = await addFile(scope, { file: fileOf(`${one.pem}\n${two.pem}`), givenName: "Mine", now: TEST_NOW });
    expect(both).toMatchObject({ kind: "refused", sentence: expect.stringContaining("one only") });
    const named = await addFile(scope, { file: fileOf(one.pem), givenName: "Mine", now: TEST_NOW });
    expect(named).toMatchObject({ certificates: [{ kind: "added", name: "Mine" }] });
  });

  test("one bad file stops no other, and outcomes come in the order of the files", async () => {
    const scope = await insertPerson();
    const one = await generateCertificate({ subjectCommonName: "one.test", ...validity });
    const two = await generateCertificate({ subjectCommonName: "two.test", ...validity });
    const files = [
      fileOf(one.pem, "1"),
      fileOf("rubbish", "2"),
      fileOf(`${two.pem}\n${one.pem}`, "3"),
      fileOf("", "4"),
    ];
    const outcomes = await addFiles(scope, { files, givenName: null, now: TEST_NOW });
    expect(outcomes).toMatchObject([
      { file: "1", kind: "read", certificates: [{ kind: "added", name: "one.test" }] },
      { file: "2", kind: "refused" },
      {
        file: "3",
        certificates: [
          { kind: "added", name: "two.test" },
          { kind: "already", name: "one.test" },
        ],
      },
      { file: "4", kind: "refused" },
    ]);
  });

  test("many uploads of the same files at once add each certificate once", async () => {
    const scope = await insertPerson();
    const made = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        generateCertificate({ subjectCommonName: `host-${index}`, ...validity }),
      ),
    );
    const bundles = [made, made.toReversed(), made].map((list) => fileOf(list.map((each) => each.pem).join("\n")));
    const outcomes = await Promise.all(bundles.map((file) => addFile(scope, { file, givenName: null, now: TEST_NOW })));
    const added = outcomes.flatMap((outcome) => (outcome?.kind === "read" ? outcome.certificates : []));
    expect(added.filter((each) => each.kind === "added")).toHaveLength(10);
    expect(added).toHaveLength(30);
    expect(new Set(added.map((each) => each.id)).size).toBe(10);
  });

  test("a certificate that was revoked here is revoked when it comes back after its removal", async () => {
    const scope = await insertPerson();
    const { pem } = await generateCertificate({
      subjectCommonName: "back.test",
      notBefore: days(-9),
      notAfter: days(90),
    });
    const facts = await addAndReadFacts(scope, pem);
    await database()
      .insert(revocations)
      .values({
        accountId: scope.accountId,
        key: revocationKeyOf(facts),
        ...facts,
        revokedAt: days(-2),
        reason: "keyCompromise",
        notAfter: days(90),
      });
    expect(await removeCertificate(scope, { id: facts.id, now: TEST_NOW })).toMatchObject({ kind: "removed" });
    await addFile(scope, { file: fileOf(pem), givenName: null, now: TEST_NOW });
    const [row] = await database()
      .select({ revokedAt: certificates.revokedAt, id: certificates.id })
      .from(certificates)
      .where(eq(certificates.accountId, scope.accountId));
    expect(row?.revokedAt).toEqual(days(-2));
    expect(row?.id).not.toBe(facts.id);
  });
});

async function addAndReadFacts(scope: Awaited<ReturnType<typeof insertPerson>>, pem: string) {
  const outcome = await addFile(scope, { file: fileOf(pem), givenName: null, now: TEST_NOW });
  const id = outcome?.kind === "read" ? (outcome.certificates[0]?.id ?? "") : "";
  const [row] = await database()
    .select({ details: certificateContents.details })
    .from(certificateContents)
    .where(and(eq(certificateContents.accountId, scope.accountId), eq(certificateContents.id, id)));
  return { id, issuer: row?.details.issuer ?? "", serial: row?.details.serial ?? "" };
}
