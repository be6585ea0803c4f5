import "server-only";
import { sql } from "drizzle-orm";
import { certificateContents, certificates } from "@/drizzle/schema/certificates";
import { privateKeys } from "@/drizzle/schema/private-keys";
import { correlated } from "@/drizzle/values";
import { cursorAddress } from "@/lib/certificates/address";
import type { Order } from "@/lib/certificates/order";
import { PAGE_SIZE, statusOf } from "@/lib/certificates/rules";
import type { CertificatePage, CertificateRow } from "@/lib/certificates/schema";
import { blockersWithSentences, deploymentCount, deploymentNames, syncCount, syncNames } from "@/lib/removal/blockers";

const hasPrivateKey = correlated<boolean>(sql`exists (select 1 from ${privateKeys}
  where ${privateKeys.accountId} = ${certificates.accountId} and ${privateKeys.certificateId} = ${certificates.id})`);

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
    otherNames: certificateContents.otherNames,
    otherNameCount: certificateContents.otherNameCount,
    issuerLabel: certificateContents.issuerLabel,
    deploymentNames,
    deploymentCount,
    syncNames,
    syncCount,
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
    deploymentNames: string[];
    deploymentCount: number;
    syncNames: string[];
    syncCount: number;
  };

function viewOf(row: Row, now: Date): CertificateRow {
  const deployedAt = { names: row.deploymentNames, total: row.deploymentCount };
  const syncedTo = { names: row.syncNames, total: row.syncCount };
  return {
    id: row.id,
    name: row.name,
    otherNames: row.otherNames,
    otherNameCount: row.otherNameCount,
    status: statusOf(row, now),
    issuerLabel: row.issuerLabel,
    notAfter: row.notAfter.toISOString(),
    revokedAt: row.revokedAt?.toISOString() ?? null,
    source: row.source,
    isSample: row.isSample,
    hasPrivateKey: row.hasPrivateKey,
    deployedAt,
    syncedTo,
    blockers: blockersWithSentences({ ...row, deployedAt, syncedTo }, now),
  };
}
