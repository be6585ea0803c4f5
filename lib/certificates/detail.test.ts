import { describe, expect, test } from "vitest";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificate, insertPerson, insertRemoval, TEST_NOW } from "@/drizzle/test-rows";
import { readCertificate, readCertificateFile } from "@/lib/certificates/detail";
import { newId } from "@/lib/ids";

useTestDatabase();

describe("one certificate", () => {
  test("is read with everything that is kept of it", async () => {
    const scope = await insertPerson({ role: "viewer" });
    const oddities = ["The public key could not be read."];
    const made = await insertCertificate(scope.accountId, { name: "a", isSample: true, details: { oddities } });
    const certificate = await readCertificate(scope, made.id);
    expect(certificate).toMatchObject({
      id: made.id,
      name: "a",
      source: "uploaded",
      revokedAt: null,
      isSample: true,
      addedAt: TEST_NOW,
      addedByLabel: "uploader@example.test",
      details: { fingerprint: made.fingerprint, oddities },
    });
  });

  test("is a file with its chain", async () => {
    const scope = await insertPerson();
    const made = await insertCertificate(scope.accountId, { name: "a", pem: "leaf", chainPems: ["middle", "root"] });
    expect(await readCertificateFile(scope, made.id)).toEqual({
      name: "a",
      fingerprint: made.fingerprint,
      pem: "leaf",
      chainPems: ["middle", "root"],
    });
  });

  test("is not there for another account, once removed, or when it never was", async () => {
    const scope = await insertPerson();
    const stranger = await insertPerson();
    const { id } = await insertCertificate(scope.accountId);
    const { id: removed } = await insertRemoval(scope.accountId);
    const reads = [readCertificate(stranger, id), readCertificateFile(stranger, id), readCertificate(scope, newId())];
    const ofRemoved = [readCertificate(scope, removed), readCertificateFile(scope, removed)];
    expect(await Promise.all([...reads, ...ofRemoved])).toEqual([null, null, null, null, null]);
  });
});
