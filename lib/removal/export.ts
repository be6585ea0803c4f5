import "server-only";
import { and, desc, eq, type SQL } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { certificateContents } from "@/drizzle/schema/certificates";
import { removals } from "@/drizzle/schema/removals";
import type { Scope } from "@/lib/auth/scope";
import { IDENTITY_HEADER, identityColumns, identityFields } from "@/lib/certificates/export-columns";
import { csvLine } from "@/lib/http/csv";
import { groundsOf, matching, olderThan } from "@/lib/removal/queries";

/** Rows read at a time: what the export holds in memory, however many there are. */
const BATCH = 200;

const HEADER = [
  ...IDENTITY_HEADER,
  "Not before",
  "Not after",
  "Status",
  "Why",
  "Removed by",
  "Removed at",
  "Cleanup run",
];

const columns = {
  id: removals.id,
  name: removals.name,
  ...identityColumns,
  status: removals.status,
  eligibility: removals.eligibility,
  evidence: removals.evidence,
  actorLabel: removals.actorLabel,
  removedAt: removals.removedAt,
  runId: removals.runId,
};

/** All matching removals as CSV, newest first, in pieces; the first holds the header. Times are ISO 8601 in UTC. */
export async function* exportRemovals(scope: Scope, typed: string): AsyncGenerator<string> {
  let piece = csvLine(HEADER);
  let where = matching(scope, typed);
  for (;;) {
    const rows = await readBatch(where);
    yield piece + rows.map(recordOf).join("");
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return;
    piece = "";
    where = and(matching(scope, typed), olderThan(last));
  }
}

function readBatch(where: SQL | undefined) {
  return database()
    .select(columns)
    .from(removals)
    .innerJoin(
      certificateContents,
      and(eq(certificateContents.accountId, removals.accountId), eq(certificateContents.id, removals.id)),
    )
    .where(where)
    .orderBy(desc(removals.removedAt), desc(removals.id))
    .limit(BATCH);
}

function recordOf(row: Awaited<ReturnType<typeof readBatch>>[number]): string {
  return csvLine([
    ...identityFields(row),
    row.evidence.notBefore,
    row.evidence.notAfter,
    row.status,
    groundsOf(row).reason,
    row.actorLabel,
    row.removedAt.toISOString(),
    row.runId ?? "",
  ]);
}
