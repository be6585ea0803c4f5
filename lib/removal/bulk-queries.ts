import "server-only";
import { and, asc, desc, eq, getTableColumns, gt, lt, type SQL, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { bulkDeletionSkips, bulkDeletionStops, bulkDeletions } from "@/drizzle/schema/bulk-deletions";
import { certificates } from "@/drizzle/schema/certificates";
import { removals } from "@/drizzle/schema/removals";
import { correlated } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import { PAGE_SIZE } from "@/lib/certificates/rules";
import { bulkStopOf, ofBulk } from "@/lib/removal/bulk-claim";
import type { BulkCertificates, BulkOutcome, BulkView } from "@/lib/removal/schema";

/** Who asked it to stop; null where nobody did, or too late. */
const stopRequestedByLabel = correlated<string | null>(sql`coalesce(${bulkDeletions.stopRequestedByLabel},
  case when ${bulkDeletions.status} in ('queued', 'running', 'stopped')
    then (select ${bulkDeletionStops.requestedByLabel} ${bulkStopOf}) end)`);

const bulkColumns = { ...getTableColumns(bulkDeletions), stopRequestedByLabel };

/** A bulk deletion as it stands at `now`; null when the account has none with this id. */
export async function readBulk(scope: Scope, id: string, now: Date): Promise<BulkView | null> {
  const [row] = await database().select(bulkColumns).from(bulkDeletions).where(ofBulk(scope, id));
  return row === undefined ? null : viewOf(row, now);
}

/** A page of the account's bulk deletions, newest first; `next` is the id to go on behind, null at the end. */
export async function listBulkDeletions(
  scope: Scope,
  { after, now }: { after: string | null; now: Date },
): Promise<{ rows: BulkView[]; next: string | null }> {
  const rows = await database()
    .select(bulkColumns)
    .from(bulkDeletions)
    .where(and(eq(bulkDeletions.accountId, scope.accountId), after === null ? undefined : lt(bulkDeletions.id, after)))
    .orderBy(desc(bulkDeletions.id))
    .limit(PAGE_SIZE + 1);
  const shown = rows.slice(0, PAGE_SIZE);
  return {
    rows: shown.map((row) => viewOf(row, now)),
    next: rows.length > PAGE_SIZE ? (shown.at(-1)?.id ?? null) : null,
  };
}

/** The account's bulk deletions that have not ended, oldest first. */
export async function listUnfinishedBulks(scope: Scope, now: Date): Promise<BulkView[]> {
  const rows = await database()
    .select(bulkColumns)
    .from(bulkDeletions)
    .where(and(eq(bulkDeletions.accountId, scope.accountId), sql`${bulkDeletions.finishedAt} is null`))
    .orderBy(asc(bulkDeletions.id))
    .limit(PAGE_SIZE);
  return rows.map((row) => viewOf(row, now));
}

/** A page of the certificates of one outcome, in the order of their ids. Costs the same at any depth. */
export async function listBulkCertificates(
  scope: Scope,
  { id, outcome, after }: { id: string; outcome: BulkOutcome; after: string | null },
): Promise<BulkCertificates> {
  const rows =
    outcome === "removed" ? await readRemoved(scope, id, after) : await readSkipped(scope, { id, outcome, after });
  const shown = rows.slice(0, PAGE_SIZE);
  return { rows: shown, next: rows.length > PAGE_SIZE ? (shown.at(-1)?.id ?? null) : null };
}

async function readRemoved(scope: Scope, id: string, after: string | null): Promise<BulkCertificates["rows"]> {
  const rows = await database()
    .select({ id: removals.id, name: removals.name })
    .from(removals)
    .where(
      and(
        eq(removals.accountId, scope.accountId),
        eq(removals.bulkDeletionId, id),
        after === null ? undefined : gt(removals.id, after),
      ),
    )
    .orderBy(asc(removals.id))
    .limit(PAGE_SIZE + 1);
  return rows.map((row) => ({ ...row, error: null, isInInventory: false }));
}

function readSkipped(
  scope: Scope,
  { id, outcome, after }: { id: string; outcome: Exclude<BulkOutcome, "removed">; after: string | null },
): Promise<BulkCertificates["rows"]> {
  const { certificateId } = bulkDeletionSkips;
  const isInInventory: SQL<boolean> = correlated<boolean>(sql`exists (select 1 from ${certificates}
    where ${certificates.accountId} = ${bulkDeletionSkips.accountId} and ${certificates.id} = ${certificateId})`);
  return database()
    .select({ id: certificateId, name: bulkDeletionSkips.name, error: bulkDeletionSkips.error, isInInventory })
    .from(bulkDeletionSkips)
    .where(
      and(
        eq(bulkDeletionSkips.accountId, scope.accountId),
        eq(bulkDeletionSkips.bulkDeletionId, id),
        eq(bulkDeletionSkips.reason, outcome),
        after === null ? undefined : gt(certificateId, after),
      ),
    )
    .orderBy(asc(certificateId))
    .limit(PAGE_SIZE + 1);
}

function viewOf(row: typeof bulkDeletions.$inferSelect, now: Date): BulkView {
  return {
    id: row.id,
    status: row.status,
    selection: row.selection,
    retryOfId: row.retryOfId,
    requestedAt: row.requestedAt.toISOString(),
    requestedByLabel: row.requestedByLabel,
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    isStopRequested: row.stopRequestedByLabel !== null,
    stopRequestedByLabel: row.stopRequestedByLabel,
    total: row.total,
    removed: row.removed,
    skipped: {
      still_valid: row.skippedStillValid,
      deployed: row.skippedDeployed,
      synced: row.skippedSynced,
      gone: row.skippedGone,
    },
    failed: row.failed,
    error: row.error,
    at: now.toISOString(),
  };
}
