import { eq } from "drizzle-orm";
import { afterEach, describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { bulkDeletions } from "@/drizzle/schema/bulk-deletions";
import { certificates } from "@/drizzle/schema/certificates";
import { removals } from "@/drizzle/schema/removals";
import { useTestDatabase } from "@/drizzle/test-database";
import {
  allowDeletion,
  insertCertificate,
  insertCertificates,
  insertDeployment,
  insertPerson,
  insertSync,
  refuseDeletionOf,
  TEST_NOW,
} from "@/drizzle/test-rows";
import type { PersonScope } from "@/lib/auth/scope";
import { DAY_MS } from "@/lib/certificates/rules";
import { newId } from "@/lib/ids";
import { deleteSelected } from "@/lib/removal/bulk";
import { listBulkCertificates, readBulk } from "@/lib/removal/bulk-queries";
import { removeCertificate } from "@/lib/removal/commands";

useTestDatabase();
afterEach(allowDeletion);

const days = (count: number) => new Date(TEST_NOW.getTime() + count * DAY_MS);
const expired = { notBefore: days(-400), notAfter: days(-41) };
const live = { notBefore: days(-40), notAfter: days(300) };

async function expiredOnes(scope: PersonScope, count: number): Promise<string[]> {
  const rows = await insertCertificates(
    scope.accountId,
    Array.from({ length: count }, () => expired),
  );
  return rows.map((row) => row.id);
}

describe("up to a hundred", () => {
  test("are deleted at once, each with its record, and every other one with its reason", async () => {
    const scope = await insertPerson();
    const [free] = await expiredOnes(scope, 1);
    const issued = await insertCertificate(scope.accountId, { ...live, source: "issued" });
    const inUse = await insertCertificate(scope.accountId, expired);
    await insertDeployment(scope.accountId, inUse.id);
    const copied = await insertCertificate(scope.accountId, expired);
    await insertSync(scope.accountId, copied.id);
    const [gone] = await expiredOnes(scope, 1);
    if (free === undefined || gone === undefined) throw new Error("nothing was inserted");
    await removeCertificate(scope, { id: gone, now: TEST_NOW });
    await refuseDeletionOf("refused.example.test");
    const refused = await insertCertificate(scope.accountId, { ...expired, name: "refused.example.test" });
    const ids = [free, issued.id, inUse.id, copied.id, gone, refused.id, newId()];

    const answer = await deleteSelected(scope, { selection: { kind: "chosen", ids }, now: TEST_NOW });

    expect(answer.isFinished).toBe(true);
    expect(await readBulk(scope, answer.bulkDeletionId, TEST_NOW)).toMatchObject({
      ...{ status: "succeeded_with_errors", total: 6, removed: 1, failed: 1 },
      skipped: { still_valid: 1, deployed: 1, synced: 1, gone: 1 },
      requestedByLabel: scope.email,
    });
    const { bulkDeletionId: id } = answer;
    const idsOf = async (outcome: Parameters<typeof listBulkCertificates>[1]["outcome"]) =>
      (await listBulkCertificates(scope, { id, outcome, after: null })).rows.map((row) => row.id);
    expect(await idsOf("removed")).toEqual([free]);
    expect(await idsOf("still_valid")).toEqual([issued.id]);
    expect(await idsOf("deployed")).toEqual([inUse.id]);
    expect(await idsOf("synced")).toEqual([copied.id]);
    expect(await idsOf("gone")).toEqual([gone]);
    const { rows } = await listBulkCertificates(scope, { id, outcome: "failed", after: null });
    expect(rows).toEqual([
      { id: refused.id, name: "refused.example.test", error: "held by the archive", isInInventory: true },
    ]);
    const [record] = await database().select().from(removals).where(eq(removals.id, free));
    expect(record).toMatchObject({ actorKind: "user", actorId: scope.userId, actorLabel: scope.email, runId: null });
  });

  test("of another account are as unknown as those that never were", async () => {
    const scope = await insertPerson();
    const stranger = await insertPerson();
    const ids = await expiredOnes(stranger, 2);
    const asked = deleteSelected(scope, { selection: { kind: "chosen", ids }, now: TEST_NOW });
    await expect(asked).rejects.toThrow("Nothing that you selected is there any more");
    expect(await database().$count(certificates, eq(certificates.accountId, stranger.accountId))).toBe(2);
    expect(await database().$count(bulkDeletions, eq(bulkDeletions.accountId, scope.accountId))).toBe(0);
  });
});
