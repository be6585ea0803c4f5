import { eq } from "drizzle-orm";
import { runMigrations } from "graphile-worker";
import { beforeAll, expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { removals } from "@/drizzle/schema/removals";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertCertificates, insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import { changeRole } from "@/lib/accounts/commands";
import { mintDeputyScope, mintTokenScope, type TokenScope } from "@/lib/auth/scope";
import { env } from "@/lib/env";
import { JOB_SCHEMA } from "@/lib/jobs/queue";
import { deleteSelected } from "@/lib/removal/bulk";
import { claimBulk } from "@/lib/removal/bulk-claim";
import { readBulk } from "@/lib/removal/bulk-queries";
import { carryOutBulk } from "@/lib/removal/bulk-run";
import { BULK_AT_ONCE } from "@/lib/removal/rules";
import { createToken, revokeToken } from "@/lib/tokens/commands";

useTestDatabase();
beforeAll(() => runMigrations({ connectionString: env().DATABASE_URL, schema: JOB_SCHEMA }));

const now = TEST_NOW;

async function begin(count: number) {
  const admin = await insertPerson({ role: "admin" });
  const maker = await insertPerson({ accountId: admin.accountId });
  const { tokenId } = await createToken(maker, { name: "sweeper", role: "member", days: 1, ranges: [], now });
  const { accountId, userId, email } = maker;
  const scope = mintTokenScope({ accountId, userId, email, role: "member", tokenId, name: "sweeper" });
  const rows = await insertCertificates(
    accountId,
    Array.from({ length: count }, () => ({})),
  );
  const ids = rows.map((row) => row.id);
  const { bulkDeletionId } = await deleteSelected(scope, { selection: { kind: "chosen", ids }, now });
  return { admin, maker, scope, bulkDeletionId };
}

/** As a job does it, from what the row says. */
async function work(scope: TokenScope, bulkDeletionId: string) {
  const { accountId } = scope;
  const claim = await claimBulk({ accountId }, bulkDeletionId, now);
  if (claim === null) throw new Error("it cannot be claimed");
  const { requestedById: userId, requestedByTokenId: tokenId, requestedByLabel: label } = claim;
  const signal = new AbortController().signal;
  await carryOutBulk(mintDeputyScope({ accountId, userId, tokenId, label }), claim, { clock: () => now, signal });
  return readBulk(scope, bulkDeletionId, now);
}

async function actorsOf(bulkDeletionId: string) {
  return database()
    .selectDistinct({ kind: removals.actorKind, id: removals.actorId, label: removals.actorLabel })
    .from(removals)
    .where(eq(removals.bulkDeletionId, bulkDeletionId));
}

test.each([3, BULK_AT_ONCE + 1])("a token that deletes %i certificates is the actor in every record", async (count) => {
  const { scope, bulkDeletionId } = await begin(count);
  if (count > BULK_AT_ONCE) await work(scope, bulkDeletionId);
  const label = `sweeper (token of ${scope.email})`;
  const bulk = await readBulk(scope, bulkDeletionId, now);
  expect(bulk).toMatchObject({ status: "succeeded", removed: count, requestedByLabel: label });
  expect(await actorsOf(bulkDeletionId)).toEqual([{ kind: "token", id: scope.tokenId, label }]);
});

test("a job goes no further for a token that was revoked, or whose maker may not any more", async () => {
  const revoked = await begin(BULK_AT_ONCE + 1);
  await revokeToken(revoked.admin, { tokenId: revoked.scope.tokenId, now });
  const demoted = await begin(BULK_AT_ONCE + 1);
  await changeRole(demoted.admin, { userId: demoted.maker.userId, role: "viewer", now });
  for (const { scope, bulkDeletionId } of [revoked, demoted]) {
    const ended = await work(scope, bulkDeletionId);
    expect(ended).toMatchObject({ status: "failed", removed: 0 });
    expect(ended?.error).toMatch(/may not delete certificates any more/);
    expect(await actorsOf(bulkDeletionId)).toEqual([]);
  }
});
