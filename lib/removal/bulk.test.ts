import { and, eq, sql } from "drizzle-orm";
import { runMigrations } from "graphile-worker";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { memberships } from "@/drizzle/schema/accounts";
import { bulkDeletionChunks, bulkDeletionSkips, bulkDeletions } from "@/drizzle/schema/bulk-deletions";
import { certificates } from "@/drizzle/schema/certificates";
import { removals } from "@/drizzle/schema/removals";
import { useTestDatabase } from "@/drizzle/test-database";
import {
  allowDeletion,
  insertCertificates,
  insertDeployment,
  insertPerson,
  refuseDeletionOf,
  TEST_NOW,
} from "@/drizzle/test-rows";
import { mintDeputyScope, type PersonScope } from "@/lib/auth/scope";
import { DAY_MS } from "@/lib/certificates/rules";
import { env } from "@/lib/env";
import { JOB_SCHEMA } from "@/lib/jobs/queue";
import { deleteSelected, retryFailed } from "@/lib/removal/bulk";
import { claimBulk, listLeftBulks } from "@/lib/removal/bulk-claim";
import { readBulk } from "@/lib/removal/bulk-queries";
import { carryOutBulk } from "@/lib/removal/bulk-run";
import { BULK_CHUNK, BULK_HEARTBEAT_LIMIT_MS, BULK_TURN_MS } from "@/lib/removal/rules";

useTestDatabase();
beforeAll(() => runMigrations({ connectionString: env().DATABASE_URL, schema: JOB_SCHEMA }));
afterEach(allowDeletion);

const days = (count: number) => new Date(TEST_NOW.getTime() + count * DAY_MS);
const expired = { notBefore: days(-400), notAfter: days(-41) };
const live = { notBefore: days(-40), notAfter: days(300) };
const later = (milliseconds: number) => new Date(TEST_NOW.getTime() + milliseconds);
const quietly = { clock: () => TEST_NOW, signal: new AbortController().signal };
const everyExpired = { kind: "filter", filter: { status: "expired" } } as const;

const deputyOf = ({ accountId, userId, email }: PersonScope) =>
  mintDeputyScope({ accountId, userId, tokenId: null, label: email });

async function expiredOnes(scope: PersonScope, count: number): Promise<string[]> {
  const rows = await insertCertificates(
    scope.accountId,
    Array.from({ length: count }, () => expired),
  );
  return rows.map((row) => row.id);
}

/** Goes on with a bulk deletion as a job would, and answers how the turn came out. */
async function work(scope: PersonScope, bulkDeletionId: string, options = quietly) {
  const claim = await claimBulk(scope, bulkDeletionId, options.clock());
  if (claim === null) throw new Error("nobody can claim it");
  return carryOutBulk(deputyOf(scope), claim, options);
}

const countLeft = (scope: PersonScope) => database().$count(certificates, eq(certificates.accountId, scope.accountId));
const countRecords = (scope: PersonScope, bulkDeletionId: string) =>
  database().$count(
    removals,
    and(eq(removals.accountId, scope.accountId), eq(removals.bulkDeletionId, bulkDeletionId)),
  );

describe("more than a hundred", () => {
  test("are noted when they are confirmed, and a job deletes just those", async () => {
    const scope = await insertPerson();
    await expiredOnes(scope, 620);
    await insertCertificates(
      scope.accountId,
      Array.from({ length: 7 }, () => live),
    );
    const { bulkDeletionId, isFinished } = await deleteSelected(scope, { selection: everyExpired, now: TEST_NOW });
    expect(isFinished).toBe(false);
    expect(await countLeft(scope)).toBe(627);
    const late = await expiredOnes(scope, 3);
    expect(await work(scope, bulkDeletionId)).toBe("ended");
    expect(await readBulk(scope, bulkDeletionId, TEST_NOW)).toMatchObject({
      status: "succeeded",
      total: 620,
      removed: 620,
    });
    expect(await countRecords(scope, bulkDeletionId)).toBe(620);
    expect(await countLeft(scope)).toBe(10);
    expect(late).toHaveLength(3);
    const { rows } = await database().execute(
      sql`select from graphile_worker.jobs where key = ${`bulk_deletion:${bulkDeletionId}`}`,
    );
    expect(rows).toHaveLength(1);
  });

  test("are judged again when their turn comes", async () => {
    const scope = await insertPerson();
    const ids = await expiredOnes(scope, 300);
    const { bulkDeletionId } = await deleteSelected(scope, { selection: everyExpired, now: TEST_NOW });
    for (const id of ids.slice(0, 4)) await insertDeployment(scope.accountId, id);
    await work(scope, bulkDeletionId);
    const view = await readBulk(scope, bulkDeletionId, TEST_NOW);
    expect(view).toMatchObject({ status: "succeeded", removed: 296, skipped: { deployed: 4 } });
    expect(await countLeft(scope)).toBe(4);
  });

  test("go on after a turn, a stopping server and a killed one, and a server that lost them removes nothing more", async () => {
    const scope = await insertPerson();
    await expiredOnes(scope, BULK_CHUNK * 4);
    const { bulkDeletionId } = await deleteSelected(scope, { selection: everyExpired, now: TEST_NOW });
    const times = [TEST_NOW, TEST_NOW, TEST_NOW, later(BULK_TURN_MS + 1)];
    const clock = () => times.shift() ?? later(BULK_TURN_MS + 1);
    expect(await work(scope, bulkDeletionId, { ...quietly, clock })).toBe("left");
    expect(await readBulk(scope, bulkDeletionId, TEST_NOW)).toMatchObject({ status: "queued", removed: BULK_CHUNK });
    const stopping = new AbortController();
    stopping.abort();
    expect(await work(scope, bulkDeletionId, { ...quietly, signal: stopping.signal })).toBe("left");
    const killed = await claimBulk(scope, bulkDeletionId, TEST_NOW);
    if (killed === null) throw new Error("nobody can claim it");
    expect(await claimBulk(scope, bulkDeletionId, later(BULK_HEARTBEAT_LIMIT_MS))).toBeNull();
    const soon = later(BULK_HEARTBEAT_LIMIT_MS + 1);
    const left = await listLeftBulks(soon, { after: null, limit: 1_000 });
    expect(left.map((one) => one.id)).toContain(bulkDeletionId);
    const next = await claimBulk(scope, bulkDeletionId, soon);
    if (next === null) throw new Error("nobody can claim it");
    expect(await carryOutBulk(deputyOf(scope), killed, quietly)).toBe("claim_lost");
    expect(await countLeft(scope)).toBe(BULK_CHUNK * 3);
    expect(await carryOutBulk(deputyOf(scope), next, quietly)).toBe("ended");
    expect(await countRecords(scope, bulkDeletionId)).toBe(BULK_CHUNK * 4);
    expect(await countLeft(scope)).toBe(0);
  });

  test("stay when the person may not delete any more", async () => {
    const scope = await insertPerson({ role: "member" });
    await expiredOnes(scope, 120);
    const { bulkDeletionId } = await deleteSelected(scope, { selection: everyExpired, now: TEST_NOW });
    await database().update(memberships).set({ role: "viewer" }).where(eq(memberships.userId, scope.userId));
    expect(await work(scope, bulkDeletionId)).toBe("ended");
    const view = await readBulk(scope, bulkDeletionId, TEST_NOW);
    expect(view).toMatchObject({ status: "failed", removed: 0 });
    expect(view?.error).toContain("may not delete certificates any more");
    expect(await countLeft(scope)).toBe(120);
  });
});

describe("a retry", () => {
  test("takes just what failed", async () => {
    const scope = await insertPerson();
    await insertCertificates(
      scope.accountId,
      Array.from({ length: 130 }, (_, index) => ({ ...expired, name: index % 65 === 3 ? "refused" : `cert-${index}` })),
    );
    await refuseDeletionOf("refused");
    const first = await deleteSelected(scope, { selection: everyExpired, now: TEST_NOW });
    await work(scope, first.bulkDeletionId);
    expect(await readBulk(scope, first.bulkDeletionId, TEST_NOW)).toMatchObject({ removed: 128, failed: 2 });
    await expiredOnes(scope, 5);
    await allowDeletion();
    const retry = await retryFailed(scope, { bulkDeletionId: first.bulkDeletionId, now: TEST_NOW });
    expect(await readBulk(scope, retry.bulkDeletionId, TEST_NOW)).toMatchObject({
      ...{ status: "succeeded", total: 2, removed: 2, retryOfId: first.bulkDeletionId, selection: { kind: "retry" } },
    });
    expect(await countLeft(scope)).toBe(5);
    const again = retryFailed(scope, { bulkDeletionId: retry.bulkDeletionId, now: TEST_NOW });
    await expect(again).rejects.toThrow("Nothing of it failed");
    const stranger = await insertPerson();
    await expect(retryFailed(stranger, { bulkDeletionId: first.bulkDeletionId, now: TEST_NOW })).rejects.toThrow(
      "no such bulk deletion",
    );
  });
});

test("what was noted cannot be changed afterwards", async () => {
  const scope = await insertPerson();
  await expiredOnes(scope, 101);
  const { bulkDeletionId } = await deleteSelected(scope, { selection: everyExpired, now: TEST_NOW });
  const chunks = database().update(bulkDeletionChunks).set({ certificateIds: [] });
  await expect(chunks).rejects.toMatchObject({ cause: { message: expect.stringContaining("append-only") } });
  await expect(database().delete(bulkDeletionSkips)).rejects.toMatchObject({
    cause: { message: expect.stringContaining("append-only") },
  });
  const more = database().update(bulkDeletions).set({ removed: 102 }).where(eq(bulkDeletions.id, bulkDeletionId));
  await expect(more).rejects.toMatchObject({ cause: { constraint: "bulk_deletions_counts" } });
});
