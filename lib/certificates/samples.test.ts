import { expect, test } from "vitest";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { listCertificates } from "@/lib/certificates/queries";
import { addSampleCertificates } from "@/lib/certificates/samples";
import { listQuery } from "@/lib/certificates/schema";
import { summariseCertificates } from "@/lib/certificates/summary";

useTestDatabase();

test("the samples show every status and a refusal, and are marked", async () => {
  const scope = await insertPerson({ role: "admin" });
  await addSampleCertificates(scope, TEST_NOW);
  const { byStatus, total, deletable } = await summariseCertificates(scope, {}, TEST_NOW);
  expect(byStatus).toEqual({ expired: 5, expiring: 2, valid: 3, revoked: 1, not_yet_valid: 1 });
  expect(total).toBe(12);
  expect(deletable).toBe(8);
  const { rows } = await listCertificates(scope, listQuery.parse({}), TEST_NOW);
  expect(rows.every((row) => row.isSample)).toBe(true);
});
