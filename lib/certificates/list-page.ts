import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { certificateContents, certificates } from "@/drizzle/schema/certificates";
import { privateKeys } from "@/drizzle/schema/private-keys";
import { deployments, syncs } from "@/drizzle/schema/use";
import { correlated } from "@/drizzle/values";
import { cursorAddress } from "@/lib/certificates/address";
import type { Order } from "@/lib/certificates/order";
import { PAGE_SIZE, statusOf, USES, type Use } from "@/lib/certificates/rules";
import type { CertificatePage, CertificateRow } from "@/lib/certificates/schema";
import { MOVED_ON_STATE } from "@/lib/deployments/rules";
import { blockersWithSentences, deploymentNames, syncNames } from "@/lib/removal/blockers";
import { syncIsActive } from "@/lib/removal/predicates";
import { hasIssuer, revocationIsPending } from "@/lib/revocation/predicates";
import { actionsOf } from "@/lib/revocation/rules";

const hasPrivateKey = correlated<boolean>(sql`exists (select 1 from ${privateKeys}
  where ${privateKeys.accountId} = ${certificates.accountId} and ${privateKeys.certificateId} = ${certificates.id})`);

type Counts = Partial<Record<Use, number>>;

/** How often a certificate is used in each way; null where it is not. */
const deploymentUses = usesOf(
  deployments,
  sql<Use>`coalesce(${deployments.state}, ${deployments.kind})`,
  sql`${deployments.accountId} = ${certificates.accountId} and ${deployments.certificateId} = ${certificates.id}`,
);
const syncUses = usesOf(
  syncs,
  sql<Use>`case ${syncs.state} when 'failed' then 'sync_failed' else 'synced' end`,
  sql`${syncs.accountId} = ${certificates.accountId} and ${syncs.certificateId} = ${certificates.id} and ${syncIsActive}`,
);

function usesOf(table: typeof deployments | typeof syncs, use: SQL<Use>, condition: SQL): SQL<Counts | null> {
  return correlated<Counts | null>(sql`(select jsonb_object_agg(use, number) from (
    select ${use} as use, count(*) as number from ${table} where ${condition} group by 1) counted)`);
}

/** What is read of a certificate for a row of the list, and its place in the order. */
export function columnsOf(order: Order) {
  return {
    id: certificates.id,
    sortValue: order.text,
    name: certificates.name,
    source: certificates.source,
    notBefore: certificates.notBefore,
    notAfter: certificates.notAfter,
    revokedAt: certificates.revokedAt,
    isSample: certificates.isSample,
    hasPrivateKey,
    hasIssuer,
    isRevocationPending: revocationIsPending,
    otherNames: certificateContents.otherNames,
    otherNameCount: certificateContents.otherNameCount,
    issuerLabel: certificateContents.issuerLabel,
    deploymentNames,
    deploymentUses,
    syncNames,
    syncUses,
  };
}

/** The page that rows in the order make: one row more than are shown says that there is another page behind them. */
export function pageOf(rows: Row[], order: Order, now: Date): CertificatePage {
  const hasMore = rows.length > PAGE_SIZE;
  const isBeyond = order.beyond !== undefined;
  const shown = rows.slice(0, PAGE_SIZE);
  if (order.backwards) shown.reverse();
  const first = shown.at(0);
  const last = shown.at(-1);
  const hasPrevious = order.backwards ? hasMore : isBeyond;
  const hasNext = order.backwards ? isBeyond : hasMore;
  return {
    rows: shown.map((row) => viewOf(row, now)),
    previous: first !== undefined && hasPrevious ? cursorAddress([first.sortValue, first.id]) : null,
    next: last !== undefined && hasNext ? cursorAddress([last.sortValue, last.id]) : null,
    now: now.toISOString(),
    lookedThrough: null,
  };
}

type Row = Pick<
  typeof certificates.$inferSelect,
  "id" | "name" | "source" | "notBefore" | "notAfter" | "revokedAt" | "isSample"
> &
  Pick<typeof certificateContents.$inferSelect, "otherNames" | "otherNameCount" | "issuerLabel"> & {
    sortValue: string;
    hasPrivateKey: boolean;
    hasIssuer: boolean;
    isRevocationPending: boolean;
    deploymentNames: string[];
    deploymentUses: Counts | null;
    syncNames: string[];
    syncUses: Counts | null;
  };

function viewOf(row: Row, now: Date): CertificateRow {
  const { [MOVED_ON_STATE]: movedOn = 0, ...deployed } = row.deploymentUses ?? {};
  const deployedAt = { names: row.deploymentNames, total: sumOf(deployed) };
  const syncedTo = { names: row.syncNames, total: sumOf(row.syncUses ?? {}) };
  const status = statusOf(row, now);
  const { isRevocationPending, hasIssuer: isOurs } = row;
  const counts: Counts = { ...deployed, ...row.syncUses, moved_on: movedOn };
  return {
    id: row.id,
    name: row.name,
    otherNames: row.otherNames,
    otherNameCount: row.otherNameCount,
    status,
    isRevocationPending: isRevocationPending && status !== "revoked",
    issuerLabel: row.issuerLabel,
    notAfter: row.notAfter.toISOString(),
    revokedAt: row.revokedAt?.toISOString() ?? null,
    source: row.source,
    isSample: row.isSample,
    hasPrivateKey: row.hasPrivateKey,
    deployedAt,
    syncedTo,
    uses: USES.flatMap((use) => {
      const count = counts[use] ?? 0;
      return count === 0 ? [] : [{ use, count }];
    }),
    blockers: blockersWithSentences({ ...row, deployedAt, syncedTo }, now),
    actions: [...actionsOf({ status, source: row.source, isPending: isRevocationPending, hasIssuer: isOurs })],
  };
}

function sumOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
