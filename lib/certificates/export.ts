import "server-only";
import { and, eq } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { certificateContents, certificates } from "@/drizzle/schema/certificates";
import type { Scope } from "@/lib/auth/scope";
import { cursorAddress } from "@/lib/certificates/address";
import { IDENTITY_HEADER, identityColumns, identityFields } from "@/lib/certificates/export-columns";
import { orderOf } from "@/lib/certificates/order";
import { SOURCE_LABELS, STATUS_LABELS, statusOf } from "@/lib/certificates/rules";
import type { ListQuery } from "@/lib/certificates/schema";
import { matchingFirst } from "@/lib/certificates/search";
import { csvLine } from "@/lib/http/csv";
import { blockersWithSentences, deploymentCount, deploymentNames, syncCount, syncNames } from "@/lib/removal/blockers";
import { listNames } from "@/lib/removal/rules";
import { revocationIsPending } from "@/lib/revocation/predicates";

/** Rows read at a time: what the export holds in memory, however many there are. */
const BATCH = 200;

const HEADER = [
  ...IDENTITY_HEADER,
  "Not before",
  "Not after",
  "Status",
  "Source",
  "Revoked at",
  "Revocation pending",
  "Deployments",
  "Active syncs",
  "May be deleted",
  "Why not",
  "Added at",
  "Added by",
];

/**
 * Every certificate that the filter lets through as CSV, in the order of the screen, in pieces; the first holds the
 * header. Times are ISO 8601 in UTC; statuses and blockers are those of `now`. The place of the query is not heeded.
 */
export async function* exportCertificates(scope: Scope, query: ListQuery, now: Date): AsyncGenerator<string> {
  let piece = csvLine(HEADER);
  let after: string | undefined;
  for (;;) {
    const rows = await readBatch(scope, { ...query, before: undefined, after }, now);
    yield piece + rows.map((row) => recordOf(row, now)).join("");
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return;
    piece = "";
    after = cursorAddress([last.sortValue, last.id]);
  }
}

function readBatch(scope: Scope, query: ListQuery, now: Date) {
  const order = orderOf(query);
  // As for the list: the rows first, then what else is said of them.
  const batch = database()
    .select()
    .from(certificates)
    .where(matchingFirst(scope, query, { order, most: BATCH, now }))
    .orderBy(...order.by)
    .limit(BATCH)
    .as("certificates");
  return database()
    .select({
      id: certificates.id,
      sortValue: order.text,
      name: certificates.name,
      ...identityColumns,
      source: certificates.source,
      notBefore: certificates.notBefore,
      notAfter: certificates.notAfter,
      revokedAt: certificates.revokedAt,
      isRevocationPending: revocationIsPending,
      addedAt: certificates.addedAt,
      addedByLabel: certificates.addedByLabel,
      deploymentNames,
      deploymentCount,
      syncNames,
      syncCount,
    })
    .from(batch)
    .innerJoin(
      certificateContents,
      and(eq(certificateContents.accountId, certificates.accountId), eq(certificateContents.id, certificates.id)),
    )
    .orderBy(...order.by);
}

function recordOf(row: Awaited<ReturnType<typeof readBatch>>[number], now: Date): string {
  const deployedAt = { names: row.deploymentNames, total: row.deploymentCount };
  const syncedTo = { names: row.syncNames, total: row.syncCount };
  const blockers = blockersWithSentences({ ...row, deployedAt, syncedTo }, now);
  return csvLine([
    ...identityFields(row),
    row.notBefore.toISOString(),
    row.notAfter.toISOString(),
    STATUS_LABELS[statusOf(row, now)],
    SOURCE_LABELS[row.source],
    row.revokedAt?.toISOString() ?? "",
    row.isRevocationPending ? "Yes" : "No",
    listNames(deployedAt.names, deployedAt.total),
    listNames(syncedTo.names, syncedTo.total),
    blockers.length === 0 ? "Yes" : "No",
    blockers.map((blocker) => blocker.sentence).join(" "),
    row.addedAt.toISOString(),
    row.addedByLabel,
  ]);
}
