import { eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { cleanupRuns } from "@/drizzle/schema/cleanup";
import { removals } from "@/drizzle/schema/removals";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertAccount, insertCertificate, insertRemoval, insertRun } from "@/drizzle/test-rows";
import { newId } from "@/lib/ids";

useTestDatabase();

const because = (words: string) => ({ cause: { message: expect.stringContaining(words) } });

test("a removal record without the contents of its certificate is refused", async () => {
  const accountId = await insertAccount();
  const { id } = await insertRemoval(accountId);
  const copied = database().execute(sql`insert into ${removals} (account_id, id, name, status, eligibility, evidence,
    actor_kind, actor_label, removed_at)
    select account_id, ${newId()}::uuid, name, status, eligibility, evidence, actor_kind, actor_label, removed_at
    from ${removals} where id = ${id}`);
  await expect(copied).rejects.toMatchObject(because("has no contents"));
});

test.each(["no account's", "another account's"])("a removal record that names %s run is refused", async (whose) => {
  const accountId = await insertAccount();
  const runId = newId();
  if (whose === "another account's") await insertRun(await insertAccount(), { id: runId });
  await expect(insertRemoval(accountId, { runId })).rejects.toMatchObject(because("names no run of its account"));
});

test("a run that records name stays, under its id", async () => {
  const accountId = await insertAccount();
  const runId = await insertRun(accountId);
  await insertRemoval(accountId, { runId });
  const ofRun = eq(cleanupRuns.id, runId);
  await expect(database().delete(cleanupRuns).where(ofRun)).rejects.toMatchObject(because("append-only"));
  const renamed = database().update(cleanupRuns).set({ id: newId() }).where(ofRun);
  await expect(renamed).rejects.toMatchObject(because("append-only"));
});

test("a certificate's contents stay, whether it is in the inventory or only in the record", async () => {
  const accountId = await insertAccount();
  for (const { id } of [await insertCertificate(accountId), await insertRemoval(accountId)]) {
    const deleted = database().execute(sql`delete from certificate_contents where id = ${id}`);
    await expect(deleted).rejects.toMatchObject(because("append-only"));
  }
});

test("a server of the version before still writes and reads records in its form", async () => {
  const accountId = await insertAccount();
  const { id } = await insertCertificate(accountId);
  const evidence = {
    ...{
      notBefore: "2025-01-01T00:00:00.000Z",
      notAfter: "2025-12-31T00:00:00.000Z",
      revokedAt: null,
      source: "uploaded",
    },
    ...{
      addedAt: "2025-01-02T00:00:00.000Z",
      addedByLabel: "anna@example.test",
      detachedSyncs: ["Edge"],
      retentionDays: 7,
    },
  };
  await database().execute(sql`
    with gone as (delete from certificates where account_id = ${accountId} and id = ${id} returning *)
    insert into removals (account_id, id, name, status, eligibility, evidence, actor_kind, actor_label, removed_at)
    select account_id, id, name, 'expired', 'expired', ${JSON.stringify(evidence)}::jsonb, 'user', 'anna@example.test', now() from gone`);
  const [record] = await database().select().from(removals).where(eq(removals.id, id));
  expect(record).toMatchObject({ evidence, actorLabel: "anna@example.test" });
});

test("a removal record that names no bulk deletion of its account is refused, and a bulk deletion stays", async () => {
  const accountId = await insertAccount();
  await expect(insertRemoval(accountId, { bulkDeletionId: newId() })).rejects.toMatchObject(
    because("names no bulk deletion of its account"),
  );
  const deleted = database().execute(sql`delete from bulk_deletions`);
  await expect(deleted).rejects.toMatchObject(because("append-only"));
});
