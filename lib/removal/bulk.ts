import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { database, type Transaction } from "@/drizzle/client";
import { bulkDeletionChunks, bulkDeletionStops, bulkDeletions } from "@/drizzle/schema/bulk-deletions";
import { at } from "@/drizzle/values";
import type { CallerScope, Scope } from "@/lib/auth/scope";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { addBulkJob, claimBulk, ofBulk } from "@/lib/removal/bulk-claim";
import { carryOutBulk } from "@/lib/removal/bulk-run";
import { BULK_AT_ONCE, BULK_CHUNK } from "@/lib/removal/rules";
import type { BulkAnswer, BulkSelection, Selection } from "@/lib/removal/schema";
import { failedIds, selectedIds } from "@/lib/removal/selection";

type Asked = { ids: SQL; selection: BulkSelection; retryOfId: string | null; now: Date };

/**
 * Deletes what was selected and may go: at once where it is little, else by a job. The set is what matches in the
 * transaction that notes it; each certificate is judged again when its turn comes. Throws "not_found" when nothing matches.
 */
export async function deleteSelected(
  scope: CallerScope,
  { selection, now }: { selection: Selection; now: Date },
): Promise<BulkAnswer> {
  const kept: BulkSelection =
    selection.kind === "chosen" ? { kind: "chosen" } : { kind: "filter", filter: selection.filter };
  return begin(scope, { ids: selectedIds(scope, selection, now), selection: kept, retryOfId: null, now });
}

/** Tries again to delete what a finished bulk deletion could not because of an error, and nothing else. */
export async function retryFailed(
  scope: CallerScope,
  { bulkDeletionId, now }: { bulkDeletionId: string; now: Date },
): Promise<BulkAnswer> {
  const [earlier] = await database()
    .select({ finishedAt: bulkDeletions.finishedAt, failed: bulkDeletions.failed })
    .from(bulkDeletions)
    .where(ofBulk(scope, bulkDeletionId));
  if (earlier === undefined) throw new AppError("not_found", "There is no such bulk deletion. Reload the page.");
  if (earlier.finishedAt === null) throw new AppError("conflict", "It is still going on. Wait until it ends.");
  if (earlier.failed === 0) throw new AppError("conflict", "Nothing of it failed, so there is nothing to try again.");
  const ids = failedIds(scope, bulkDeletionId);
  return begin(scope, { ids, selection: { kind: "retry" }, retryOfId: bulkDeletionId, now });
}

async function begin(scope: CallerScope, asked: Asked): Promise<BulkAnswer> {
  const bulkDeletionId = newId();
  const total = await database().transaction(async (tx) => {
    const noted = await note(tx, scope, { ...asked, bulkDeletionId });
    if (noted > BULK_AT_ONCE) await addBulkJob(tx, scope, bulkDeletionId);
    return noted;
  });
  if (total > BULK_AT_ONCE) return { bulkDeletionId, isFinished: false };
  const claim = await claimBulk(scope, bulkDeletionId, asked.now);
  // Should it not come to its end here, the job engine finds it and goes on with it.
  const turn = claim === null ? null : await carryOutBulk(scope, claim, atOnce(asked.now));
  return { bulkDeletionId, isFinished: turn === "ended" };
}

const atOnce = (now: Date) => ({ clock: () => now, signal: new AbortController().signal });

const chunkRows = z.array(z.object({ size: z.number() }));

/** Keeps the set of certificates, a few hundred ids a row, and answers how many there are. */
async function note(tx: Transaction, scope: CallerScope, asked: Asked & { bulkDeletionId: string }): Promise<number> {
  const { bulkDeletionId, ids, selection, retryOfId, now } = asked;
  await tx.insert(bulkDeletions).values({
    ...{ accountId: scope.accountId, id: bulkDeletionId, status: "queued", selection, retryOfId, requestedAt: now },
    ...{ requestedById: scope.userId, requestedByLabel: scope.actor.label, chunks: 0, total: 0 },
    requestedByTokenId: scope.actor.kind === "token" ? scope.actor.id : null,
  });
  const { rows } = await tx.execute(sql`
    insert into ${bulkDeletionChunks} (account_id, bulk_deletion_id, number, certificate_ids)
    select ${scope.accountId}::uuid, ${bulkDeletionId}::uuid, number, array_agg(id order by id)
    from (select id, (row_number() over (order by id) - 1) / ${BULK_CHUNK}::int as number
      from (${ids}) as selected) as placed
    group by number
    returning cardinality(certificate_ids) as size`);
  const sizes = chunkRows.parse(rows);
  const total = sizes.reduce((sum, { size }) => sum + size, 0);
  if (total === 0) throw new AppError("not_found", "Nothing that you selected is there any more. Reload the page.");
  await tx.update(bulkDeletions).set({ total, chunks: sizes.length }).where(ofBulk(scope, bulkDeletionId));
  return total;
}

/**
 * Asks a bulk deletion to stop, which it does after the certificates at hand; asking does not wait for those. Throws
 * "conflict" when it has ended.
 */
export async function requestBulkStop(
  scope: Scope,
  { bulkDeletionId, now }: { bulkDeletionId: string; now: Date },
): Promise<void> {
  await database().transaction(async (tx) => {
    const { rowCount } = await tx.execute(sql`
      insert into ${bulkDeletionStops} (account_id, bulk_deletion_id, requested_at, requested_by_label)
      select ${bulkDeletions.accountId}, ${bulkDeletions.id}, ${at(now)}, ${scope.actor.label}
      from ${bulkDeletions} where ${ofBulk(scope, bulkDeletionId)} and ${bulkDeletions.finishedAt} is null
      on conflict do nothing`);
    if (rowCount !== 0) return;
    const [bulk] = await tx
      .select({ hasEnded: sql<boolean>`${bulkDeletions.finishedAt} is not null` })
      .from(bulkDeletions)
      .where(ofBulk(scope, bulkDeletionId));
    if (bulk === undefined) throw new AppError("not_found", "There is no such bulk deletion. Reload the page.");
    if (bulk.hasEnded) throw new AppError("conflict", "This bulk deletion has ended already.");
  });
}
