import "server-only";
import { and, asc, desc, eq, like, type SQL, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { certificateContents } from "@/drizzle/schema/certificates";
import { removals } from "@/drizzle/schema/removals";
import { at } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import { COUNT_CAP, PAGE_SIZE, searchPatternOf } from "@/lib/certificates/rules";
import { listDeployments } from "@/lib/deployments/queries";
import { type Page, type Position, readPage } from "@/lib/paging/rules";
import { judge } from "@/lib/removal/commands";
import { type RemovalGrounds, removalReason } from "@/lib/removal/rules";
import type {
  DeletionCheck,
  RemovalCursor,
  RemovalEvidence,
  RemovalRecord,
  RemovalRow,
  RemovalsAddress,
  RemovalsPage,
} from "@/lib/removal/schema";

const ofContents = and(eq(certificateContents.accountId, removals.accountId), eq(certificateContents.id, removals.id));

const columns = {
  id: removals.id,
  name: removals.name,
  fingerprint: sql<string>`${certificateContents.details}->>'fingerprint'`,
  status: removals.status,
  eligibility: removals.eligibility,
  evidence: removals.evidence,
  actorKind: removals.actorKind,
  actorLabel: removals.actorLabel,
  runId: removals.runId,
  bulkDeletionId: removals.bulkDeletionId,
  removedAt: removals.removedAt,
};

type Recorded = { eligibility: RemovalGrounds["eligibility"]; removedAt: Date; evidence: RemovalEvidence };

/** The dates of the evidence, and the sentence that they and the eligibility make. */
export function groundsOf({ eligibility, removedAt, evidence }: Recorded) {
  const notAfter = new Date(evidence.notAfter);
  const revokedAt = evidence.revokedAt === null ? null : new Date(evidence.revokedAt);
  const { retentionDays } = evidence;
  return { notAfter, reason: removalReason({ eligibility, removedAt, notAfter, revokedAt, retentionDays }) };
}

/** The removals of the scope's account whose certificates hold what was `typed`; all when that is nothing. */
export function matching(scope: Scope, typed: string): SQL | undefined {
  const found = typed === "" ? undefined : like(certificateContents.search, searchPatternOf(typed));
  return and(eq(removals.accountId, scope.accountId), found);
}

export function olderThan(place: RemovalCursor): SQL {
  return sql`(${removals.removedAt}, ${removals.id}) < (${at(place.removedAt)}, ${place.id}::uuid)`;
}

function newerThan(place: RemovalCursor): SQL {
  return sql`(${removals.removedAt}, ${removals.id}) > (${at(place.removedAt)}, ${place.id}::uuid)`;
}

/** A page of removals, newest first. `newer` and `older` are the places to go on from, null at the ends. */
export async function listRemovals(scope: Scope, { q, after, before }: RemovalsAddress): Promise<RemovalsPage> {
  if (before !== null) {
    const found = await readRows(and(matching(scope, q), newerThan(before)), "newer");
    // With no more than a page before the place, that page is the first one and may have grown.
    if (found.length <= PAGE_SIZE) return listRemovals(scope, { q, after: null, before: null });
    const rows = found.slice(0, PAGE_SIZE).reverse();
    return { rows, newer: rows[0] ?? null, older: rows.at(-1) ?? null };
  }
  const found = await readRows(and(matching(scope, q), after === null ? undefined : olderThan(after)), "older");
  const rows = found.slice(0, PAGE_SIZE);
  const older = found.length > PAGE_SIZE ? (rows.at(-1) ?? null) : null;
  return { rows, newer: after === null ? null : (rows[0] ?? null), older };
}

async function readRows(where: SQL | undefined, towards: "newer" | "older"): Promise<RemovalRow[]> {
  const order = towards === "older" ? desc : asc;
  const rows = await database()
    .select(columns)
    .from(removals)
    .innerJoin(certificateContents, ofContents)
    .where(where)
    .orderBy(order(removals.removedAt), order(removals.id))
    .limit(PAGE_SIZE + 1);
  return rows.map(rowOf);
}

function rowOf({ eligibility, evidence, ...row }: Omit<RemovalRow, "notAfter" | "reason"> & Recorded): RemovalRow {
  return { ...row, ...groundsOf({ eligibility, evidence, removedAt: row.removedAt }) };
}

/** A page of what a cleanup run removed, in the order in which the certificates were added. */
export function listRemovalsOfRun(
  scope: Scope,
  runId: string,
  position: Position<string>,
): Promise<Page<RemovalRow, string>> {
  return readPage(position, {
    read: async ({ from, towards, limit }) => {
      const sign = towards === "end" ? sql`>` : sql`<`;
      const beyond = from === null ? undefined : sql`${removals.id} ${sign} ${from}::uuid`;
      const rows = await database()
        .select(columns)
        .from(removals)
        .innerJoin(certificateContents, ofContents)
        .where(and(eq(removals.accountId, scope.accountId), eq(removals.runId, runId), beyond))
        .orderBy((towards === "end" ? asc : desc)(removals.id))
        .limit(limit);
      return rows.map(rowOf);
    },
    placeOf: (row) => row.id,
  });
}

/** How many removals match, exact up to COUNT_CAP; one more means "more than that". */
export async function countRemovals(scope: Scope, typed: string): Promise<number> {
  const all = database()
    .select({ one: sql`1`.as("one") })
    .from(removals)
    .$dynamic();
  // Every removal has its contents: without a search there is no need to look.
  const found = typed === "" ? all : all.innerJoin(certificateContents, ofContents);
  const capped = found
    .where(matching(scope, typed))
    .limit(COUNT_CAP + 1)
    .as("capped");
  const [counted] = await database().select({ total: sql<number>`count(*)::int` }).from(capped);
  return counted?.total ?? 0;
}

/** A removal with the certificate that went; null when the account has none with this id. */
export async function readRemoval(scope: Scope, id: string): Promise<RemovalRecord | null> {
  const [row] = await database()
    .select({ ...columns, details: certificateContents.details, pem: certificateContents.pem })
    .from(removals)
    .innerJoin(certificateContents, ofContents)
    .where(and(eq(removals.accountId, scope.accountId), eq(removals.id, id)));
  if (row === undefined) return null;
  const { eligibility, ...record } = row;
  return { ...record, ...groundsOf({ eligibility, evidence: row.evidence, removedAt: row.removedAt }) };
}

/**
 * What uses a certificate that somebody is about to delete, and what keeps it if it is to go now: endpoints count only as
 * they were seen just now. Null when it is not in the inventory.
 */
export async function readDeletionCheck(scope: Scope, id: string, now: Date): Promise<DeletionCheck | null> {
  const [{ total, deployments }, judged] = await Promise.all([
    listDeployments(scope, id),
    judge(scope, { id, now, isToGo: true }),
  ]);
  if (judged === null) return null;
  const uses = deployments.map(({ service, resource, endpoint, ...use }) => ({
    id: use.id,
    kind: use.kind,
    name: `${service} ${resource}`,
    endpoint: endpoint && {
      state: endpoint.state,
      stateSince: endpoint.stateSince.toISOString(),
      checkedAt: endpoint.checkedAt?.toISOString() ?? null,
      problem: endpoint.problem,
      served: endpoint.served,
    },
  }));
  return { at: now.toISOString(), total, uses, blockers: judged.blockers };
}
