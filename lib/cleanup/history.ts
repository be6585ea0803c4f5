import "server-only";
import { and, asc, desc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { cleanupRuns, cleanupSkips } from "@/drizzle/schema/cleanup";
import { at } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import { isLatest } from "@/lib/cleanup/predicates";
import { runColumns, runViewOf } from "@/lib/cleanup/queries";
import { ALARMING_STATUSES, type SkipReason } from "@/lib/cleanup/rules";
import type { Alarm, RunView, SkippedRow } from "@/lib/cleanup/schema";
import { type Page, type Position, readPage, type Stretch } from "@/lib/paging/rules";
import type { MomentPlace } from "@/lib/paging/schema";
import { readSyncErrors } from "@/lib/syncs/queries";

/** A page of the account's runs, newest first. */
export function listRuns(scope: Scope, position: Position<MomentPlace>): Promise<Page<RunView, MomentPlace>> {
  return readPage(position, {
    read: (stretch) => readRuns(scope, stretch),
    placeOf: ({ startedAt, id }) => ({ moment: new Date(startedAt), id }),
  });
}

async function readRuns(scope: Scope, { from, towards, limit }: Stretch<MomentPlace>): Promise<RunView[]> {
  const sign = towards === "end" ? sql`<` : sql`>`;
  const beyond =
    from === null
      ? undefined
      : sql`(${cleanupRuns.startedAt}, ${cleanupRuns.id}) ${sign} (${at(from.moment)}, ${from.id}::uuid)`;
  const direction = towards === "end" ? desc : asc;
  const rows = await database()
    .select(runColumns)
    .from(cleanupRuns)
    .where(and(eq(cleanupRuns.accountId, scope.accountId), beyond))
    .orderBy(direction(cleanupRuns.startedAt), direction(cleanupRuns.id))
    .limit(limit);
  return rows.map(runViewOf);
}

/** One run, and whether none began after it; null when the account has none with this id. */
export async function readRun(scope: Scope, runId: string): Promise<{ run: RunView; isLatest: boolean } | null> {
  const [row] = await database()
    .select({ ...runColumns, isLatest: sql<boolean>`${isLatest}` })
    .from(cleanupRuns)
    .where(and(eq(cleanupRuns.accountId, scope.accountId), eq(cleanupRuns.id, runId)));
  return row === undefined ? null : { run: runViewOf(row), isLatest: row.isLatest };
}

/** A page of the certificates that a run skipped for this reason, in the order in which they were added. */
export function listSkips(
  scope: Scope,
  skips: { runId: string; reason: SkipReason },
  position: Position<string>,
): Promise<Page<SkippedRow, string>> {
  return readPage(position, {
    read: async (stretch) => {
      const rows = await readSkips(scope, { ...skips, stretch });
      return skips.reason === "synced" ? withSyncErrors(scope, rows) : rows;
    },
    placeOf: (row) => row.id,
  });
}

/** Why a copy is still there, as it is now: a run that removes copies first left its certificate for that reason. */
async function withSyncErrors(scope: Scope, rows: SkippedRow[]): Promise<SkippedRow[]> {
  const errors = await readSyncErrors(
    scope,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({ ...row, error: errors.get(row.id) ?? null }));
}

function readSkips(
  scope: Scope,
  { runId, reason, stretch }: { runId: string; reason: SkipReason; stretch: Stretch<string> },
): Promise<SkippedRow[]> {
  const { from, towards, limit } = stretch;
  const sign = towards === "end" ? sql`>` : sql`<`;
  const direction = towards === "end" ? asc : desc;
  return database()
    .select({
      id: cleanupSkips.certificateId,
      name: cleanupSkips.name,
      error: cleanupSkips.error,
      isGone: sql<boolean>`${certificates.id} is null`,
    })
    .from(cleanupSkips)
    .leftJoin(
      certificates,
      and(eq(certificates.accountId, cleanupSkips.accountId), eq(certificates.id, cleanupSkips.certificateId)),
    )
    .where(
      and(
        eq(cleanupSkips.accountId, scope.accountId),
        eq(cleanupSkips.runId, runId),
        eq(cleanupSkips.reason, reason),
        from === null ? undefined : sql`${cleanupSkips.certificateId} ${sign} ${from}::uuid`,
      ),
    )
    .orderBy(direction(cleanupSkips.certificateId))
    .limit(limit);
}

/** What product admins are to be told of, or null. Reads one row of the index by time. */
export async function readAlarm(scope: Scope): Promise<Alarm | null> {
  const [last] = await database()
    .select({
      runId: cleanupRuns.id,
      status: cleanupRuns.status,
      endedAt: cleanupRuns.finishedAt,
      isUnseen: sql<boolean>`${isNull(cleanupRuns.acknowledgedAt)}`,
    })
    .from(cleanupRuns)
    .where(and(eq(cleanupRuns.accountId, scope.accountId), isNotNull(cleanupRuns.finishedAt)))
    .orderBy(desc(cleanupRuns.startedAt), desc(cleanupRuns.id))
    .limit(1);
  const status = ALARMING_STATUSES.find((alarming) => alarming === last?.status);
  if (last === undefined || status === undefined || last.endedAt === null || !last.isUnseen) return null;
  return { runId: last.runId, status, endedAt: last.endedAt };
}
