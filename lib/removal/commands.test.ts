import { eq, sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { removals } from "@/drizzle/schema/removals";
import { deployments, syncs } from "@/drizzle/schema/use";
import { useTestDatabase } from "@/drizzle/test-database";
import { untilWaiting } from "@/drizzle/test-locks";
import { insertCertificate, insertDeployment, insertPerson, insertSync, TEST_NOW } from "@/drizzle/test-rows";
import { DAY_MS } from "@/lib/certificates/rules";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { removeCertificate } from "@/lib/removal/commands";

useTestDatabase();

const days = (count: number) => new Date(TEST_NOW.getTime() + count * DAY_MS);
const expired = { notBefore: days(-400), notAfter: days(-41) };

async function isThere(id: string): Promise<boolean> {
  return (await database().select().from(certificates).where(eq(certificates.id, id))).length === 1;
}

async function recordsOf(id: string) {
  return await database().select().from(removals).where(eq(removals.id, id));
}

describe("removing one certificate", () => {
  test("deletes the row and keeps the whole certificate in the record, with why and who", async () => {
    const scope = await insertPerson();
    const { id } = await insertCertificate(scope.accountId, { ...expired, name: "old.example.test" });
    await insertSync(scope.accountId, id, { enabled: true, state: "removed", destination: "AWS ACM" });

    const outcome = await removeCertificate(scope, { id, now: TEST_NOW });

    expect(outcome).toMatchObject({ kind: "removed", removalId: id, name: "old.example.test" });
    expect(await isThere(id)).toBe(false);
    expect(await database().select().from(syncs).where(eq(syncs.certificateId, id))).toEqual([]);
    const [record, ...others] = await recordsOf(id);
    expect(others).toEqual([]);
    expect(record).toMatchObject({
      name: "old.example.test",
      status: "expired",
      eligibility: "expired",
      actorKind: "user",
      actorId: scope.userId,
      actorLabel: scope.email,
      runId: null,
      removedAt: TEST_NOW,
    });
    expect(record?.evidence).toEqual({
      notBefore: expired.notBefore.toISOString(),
      notAfter: expired.notAfter.toISOString(),
      revokedAt: null,
      source: "uploaded",
      addedAt: TEST_NOW.toISOString(),
      addedByLabel: "uploader@example.test",
      detachedSyncs: ["AWS ACM"],
      movedOn: [],
      retentionDays: null,
    });
  });

  test("refuses what is deployed, synced, or issued and still valid, with every reason", async () => {
    const scope = await insertPerson();
    const { id } = await insertCertificate(scope.accountId, { source: "issued", notAfter: days(90) });
    for (let each = 1; each <= 7; each += 1) {
      await insertDeployment(scope.accountId, id, { service: "nginx", resource: `web-${each}` });
    }
    await insertSync(scope.accountId, id, { destination: "Key Vault" });

    const outcome = await removeCertificate(scope, { id, now: TEST_NOW });

    expect(outcome).toMatchObject({
      kind: "blocked",
      blockers: [
        { blocker: "still_valid", sentence: "Revoke it first, or wait until it expires on 20 Feb 2027." },
        {
          blocker: "deployed",
          sentence: "In use by nginx web-1, nginx web-2, nginx web-3, nginx web-4, nginx web-5 and 2 more.",
        },
        { blocker: "synced", sentence: "Synced to Key Vault. Remove the sync first." },
      ],
    });
    expect(await isThere(id)).toBe(true);
    expect(await recordsOf(id)).toEqual([]);
  });

  test("another account's id is as unknown as one that never was", async () => {
    const [mine, theirs] = [await insertPerson(), await insertPerson()];
    const { id } = await insertCertificate(theirs.accountId, expired);
    expect(await removeCertificate(mine, { id, now: TEST_NOW })).toEqual({ kind: "unknown" });
    expect(await removeCertificate(mine, { id: newId(), now: TEST_NOW })).toEqual({ kind: "unknown" });
    expect(await isThere(id)).toBe(true);
  });

  test("of many at once exactly one removes it, and the others are told by whom", async () => {
    const scope = await insertPerson();
    for (let round = 0; round < 5; round += 1) {
      const { id } = await insertCertificate(scope.accountId, expired);
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, () => removeCertificate(scope, { id, now: TEST_NOW })),
      );
      const kinds = outcomes.map((outcome) => outcome.kind).sort();
      expect(kinds).toEqual([...Array.from({ length: 7 }, () => "gone"), "removed"]);
      expect(outcomes.find((outcome) => outcome.kind === "gone")).toMatchObject({ actorLabel: scope.email });
      expect(await recordsOf(id)).toHaveLength(1);
    }
  });
});

describe("what arrives while a deletion is under way", () => {
  test("a deployment that is being added, not yet committed, stops the deletion", async () => {
    const scope = await insertPerson();
    const { id } = await insertCertificate(scope.accountId, expired);
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let inserted = () => {};
    const isInserted = new Promise<void>((resolve) => {
      inserted = resolve;
    });
    const adding = database().transaction(async (transaction) => {
      const added = { addedAt: TEST_NOW, addedByLabel: "other@example.test", note: "" };
      const row = { accountId: scope.accountId, id: newId(), certificateId: id, service: "late", resource: "host:443" };
      await transaction.insert(deployments).values({ ...row, ...added });
      inserted();
      await released;
    });
    await isInserted;
    const removing = removeCertificate(scope, { id, now: TEST_NOW });
    await untilWaiting();
    release();
    await adding;
    expect(await removing).toMatchObject({ kind: "blocked", blockers: [{ sentence: "In use by late host:443." }] });
    expect(await isThere(id)).toBe(true);
    expect(await recordsOf(id)).toEqual([]);
  });

  test("an inactive sync that is being switched on stops the deletion", async () => {
    const scope = await insertPerson();
    const { id } = await insertCertificate(scope.accountId, expired);
    const syncId = await insertSync(scope.accountId, id, { enabled: false, destination: "Woken" });
    let removing: ReturnType<typeof removeCertificate> | undefined;
    await database().transaction(async (transaction) => {
      await transaction.update(syncs).set({ enabled: true }).where(eq(syncs.id, syncId));
      removing = removeCertificate(scope, { id, now: TEST_NOW });
      await untilWaiting();
    });
    expect(await removing).toMatchObject({ kind: "blocked", blockers: [{ blocker: "synced" }] });
    expect(await isThere(id)).toBe(true);
  });

  test("when the record cannot be written, nothing is deleted and the person is told", async () => {
    const scope = await insertPerson();
    const { id } = await insertCertificate(scope.accountId, expired);
    await database().execute(sql`create function refuse_record() returns trigger language plpgsql as
      $$ begin raise exception 'disk of the archive is full'; end $$`);
    await database().execute(
      sql`create trigger refuse_record before insert on removal_records for each row execute function refuse_record()`,
    );
    try {
      const removing = removeCertificate(scope, { id, now: TEST_NOW });
      await expect(removing).rejects.toThrow(AppError);
      await expect(removing).rejects.toThrow(/^Nothing was deleted/);
    } finally {
      await database().execute(sql`drop trigger refuse_record on removal_records`);
    }
    expect(await isThere(id)).toBe(true);
    expect(await recordsOf(id)).toEqual([]);
    expect(await removeCertificate(scope, { id, now: TEST_NOW })).toMatchObject({ kind: "removed" });
  });
});

describe("the database itself", () => {
  test("refuses a deletion without its record, whoever asks", async () => {
    const scope = await insertPerson();
    const { id } = await insertCertificate(scope.accountId, expired);
    await expect(database().delete(certificates).where(eq(certificates.id, id))).rejects.toMatchObject({
      cause: { message: "a certificate was deleted without its removal record" },
    });
    await expect(database().execute(sql`truncate certificates cascade`)).rejects.toThrow();
    expect(await isThere(id)).toBe(true);
  });

  test("refuses to change or delete a record or its certificate", async () => {
    const scope = await insertPerson();
    const { id } = await insertCertificate(scope.accountId, expired);
    await removeCertificate(scope, { id, now: TEST_NOW });
    for (const statement of [
      sql`update removals set actor_label = 'nobody' where id = ${id}`,
      sql`delete from removals where id = ${id}`,
      sql`update certificate_contents set pem = '' where id = ${id}`,
      sql`delete from certificate_contents where id = ${id}`,
    ]) {
      await expect(database().execute(statement)).rejects.toMatchObject({
        cause: { message: expect.stringContaining("append-only") },
      });
    }
    expect(await recordsOf(id)).toHaveLength(1);
  });
});
