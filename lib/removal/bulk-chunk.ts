import "server-only";
import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Transaction } from "@/drizzle/client";
import { bulkDeletionSkips } from "@/drizzle/schema/bulk-deletions";
import { certificates } from "@/drizzle/schema/certificates";
import { removals } from "@/drizzle/schema/removals";
import { idArray } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import { type Fault, removeEach, stayedOf } from "@/lib/removal/bisect";
import type { BulkClaim } from "@/lib/removal/bulk-claim";
import { deployedAt, stillValid, synced } from "@/lib/removal/predicates";
import { BLOCKERS, type BulkSkipReason } from "@/lib/removal/rules";

/** What came of a chunk: each certificate is in exactly one of the counts. */
export type ChunkOutcome = {
  removed: number;
  skipped: Record<Exclude<BulkSkipReason, "failed">, number>;
  failed: number;
};

type Chunk = { claim: BulkClaim; ids: string[]; now: Date };

const CHANGING = "It changed while it was being judged. Try again.";

/** Removes of a chunk what may go, and notes for each other certificate why it stayed. */
export async function removeChunk(tx: Transaction, scope: Scope, chunk: Chunk): Promise<ChunkOutcome> {
  const { claim, ids, now } = chunk;
  const law = { kind: "bulk", bulkDeletionId: claim.bulkDeletionId } as const;
  const first = await removeEach(tx, scope, { ids, now, law });
  const stayed = await noteStayed(tx, scope, { ...chunk, ids: stayedOf(ids, first) });
  // What had a reason to stay a moment ago and has none now is asked for once more.
  const second = await removeEach(tx, scope, { ids: stayed.unexplained, now, law });
  const changing = stayedOf(stayed.unexplained, second).map((id) => ({ id, reason: CHANGING }));
  const faults = [...first.faults, ...second.faults, ...changing];
  const failed = await noteFailed(tx, scope, { claim, faults });
  const gone = await noteGone(tx, scope, { claim, ids: [...stayed.absent, ...failed.absent] });
  return {
    removed: first.removedIds.length + second.removedIds.length,
    skipped: { ...stayed.blocked, gone },
    failed: failed.count,
  };
}

const judgedRows = z.array(z.object({ id: z.uuid(), reason: z.enum(BLOCKERS).nullable() }));

async function noteStayed(tx: Transaction, scope: Scope, { claim, ids, now }: Chunk) {
  const { rows } = await tx.execute(sql`
    with judged as (
      select ${certificates.id} as id, ${certificates.name} as name, case when ${stillValid(now)} then 'still_valid'
        when ${deployedAt(now)} then 'deployed' when ${synced} then 'synced' end as reason
      from ${certificates}
      where ${certificates.accountId} = ${scope.accountId} and ${certificates.id} = any(${idArray(ids)})
    ), noted as (
      insert into ${bulkDeletionSkips} (account_id, bulk_deletion_id, reason, certificate_id, name)
      select ${scope.accountId}::uuid, ${claim.bulkDeletionId}::uuid, reason, id, name from judged where reason is not null
    )
    select id, reason from judged`);
  const judged = judgedRows.parse(rows);
  const countOf = (reason: string) => judged.filter((row) => row.reason === reason).length;
  const there = new Set(judged.map((row) => row.id));
  return {
    blocked: { still_valid: countOf("still_valid"), deployed: countOf("deployed"), synced: countOf("synced") },
    unexplained: judged.filter((row) => row.reason === null).map((row) => row.id),
    absent: ids.filter((id) => !there.has(id)),
  };
}

/** What the database refused to delete. One that somebody else has removed meanwhile did not fail: it is absent. */
async function noteFailed(
  tx: Transaction,
  scope: Scope,
  { claim, faults }: { claim: BulkClaim; faults: Fault[] },
): Promise<{ count: number; absent: string[] }> {
  if (faults.length === 0) return { count: 0, absent: [] };
  const errors = new Map(faults.map((fault) => [fault.id, fault.reason]));
  const rows = await tx
    .select({ id: certificates.id, name: certificates.name })
    .from(certificates)
    .where(
      and(eq(certificates.accountId, scope.accountId), sql`${certificates.id} = any(${idArray([...errors.keys()])})`),
    );
  const common = { accountId: scope.accountId, bulkDeletionId: claim.bulkDeletionId, reason: "failed" as const };
  const noted = rows.map(({ id, name }) => ({ ...common, certificateId: id, name, error: errors.get(id) ?? "" }));
  if (noted.length > 0) await tx.insert(bulkDeletionSkips).values(noted);
  const there = new Set(rows.map((row) => row.id));
  return { count: rows.length, absent: [...errors.keys()].filter((id) => !there.has(id)) };
}

/** What somebody else removed, called as their record calls it. */
async function noteGone(
  tx: Transaction,
  scope: Scope,
  { claim, ids }: { claim: BulkClaim; ids: string[] },
): Promise<number> {
  if (ids.length === 0) return 0;
  const { rows } = await tx.execute(sql`
    insert into ${bulkDeletionSkips} (account_id, bulk_deletion_id, reason, certificate_id, name)
    select ${scope.accountId}::uuid, ${claim.bulkDeletionId}::uuid, 'gone', ${removals.id}, ${removals.name}
    from ${removals}
    where ${removals.accountId} = ${scope.accountId} and ${removals.id} = any(${idArray(ids)})
    returning certificate_id`);
  return rows.length;
}
