import "server-only";
import { and, asc, desc, eq, isNull, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { discoveryFindings, discoveryScans } from "@/drizzle/schema/discovery";
import { at } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import { fingerprintsOf } from "@/lib/certificates/identity";
import { ofScan } from "@/lib/discovery/claim";
import type { FindingView, ScanView } from "@/lib/discovery/schema";
import { type Page, type Position, readPage, type Stretch } from "@/lib/paging/rules";
import type { MomentPlace } from "@/lib/paging/schema";

/** A page of the account's scans, newest first. */
export function listScans(scope: Scope, position: Position<MomentPlace>): Promise<Page<ScanView, MomentPlace>> {
  return readPage(position, {
    read: (stretch) => readScans(scope, stretch),
    placeOf: ({ requestedAt, id }) => ({ moment: new Date(requestedAt), id }),
  });
}

async function readScans(scope: Scope, { from, towards, limit }: Stretch<MomentPlace>): Promise<ScanView[]> {
  const sign = towards === "end" ? sql`<` : sql`>`;
  const beyond =
    from === null
      ? undefined
      : sql`(${discoveryScans.requestedAt}, ${discoveryScans.id}) ${sign} (${at(from.moment)}, ${from.id}::uuid)`;
  const direction = towards === "end" ? desc : asc;
  const rows = await database()
    .select()
    .from(discoveryScans)
    .where(and(eq(discoveryScans.accountId, scope.accountId), beyond))
    .orderBy(direction(discoveryScans.requestedAt), direction(discoveryScans.id))
    .limit(limit);
  return rows.map(viewOf);
}

/** The scan that goes on; null when none does. */
export async function readCurrentScan(scope: Scope): Promise<ScanView | null> {
  const [row] = await database()
    .select()
    .from(discoveryScans)
    .where(and(eq(discoveryScans.accountId, scope.accountId), isNull(discoveryScans.finishedAt)));
  return row === undefined ? null : viewOf(row);
}

/** One scan; null when the account has none with this id. */
export async function readScan(scope: Scope, scanId: string): Promise<ScanView | null> {
  const [row] = await database().select().from(discoveryScans).where(ofScan(scope, scanId));
  return row === undefined ? null : viewOf(row);
}

function viewOf(row: typeof discoveryScans.$inferSelect): ScanView {
  const { id, status, hosts, ports, protocol, requestedByLabel, stopRequestedByLabel, error, targets, done } = row;
  const { added, already, unreadable, unreachable, forbidden, endpoints } = row;
  return {
    ...{ id, status, hosts, ports, protocol, requestedByLabel, stopRequestedByLabel, error, targets, done },
    ...{ added, already, unreadable, unreachable, forbidden, endpoints },
    requestedAt: row.requestedAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    isStopRequested: row.stopRequestedAt !== null,
  };
}

/** A page of what a scan found, in the order in which it looked. */
export async function listFindings(
  scope: Scope,
  scanId: string,
  position: Position<number>,
): Promise<Page<FindingView, number>> {
  const { rows, ...places } = await readPage(position, {
    read: (stretch) => readFindings(scope, scanId, stretch),
    placeOf: ({ number }) => number,
  });
  const there = await fingerprintsOf(
    scope,
    rows.flatMap(({ certificateId }) => certificateId ?? []),
  );
  const views = rows.map(({ number, kind, host, port, problem, isNewEndpoint, certificateId, name }) => ({
    ...{ number, kind, host, port, problem, isNewEndpoint },
    certificate:
      certificateId === null ? null : { id: certificateId, name: name ?? "", isGone: !there.has(certificateId) },
  }));
  return { rows: views, ...places };
}

function readFindings(scope: Scope, scanId: string, { from, towards, limit }: Stretch<number>) {
  const sign = towards === "end" ? sql`>` : sql`<`;
  const direction = towards === "end" ? asc : desc;
  return database()
    .select()
    .from(discoveryFindings)
    .where(
      and(
        eq(discoveryFindings.accountId, scope.accountId),
        eq(discoveryFindings.scanId, scanId),
        from === null ? undefined : sql`${discoveryFindings.number} ${sign} ${from}`,
      ),
    )
    .orderBy(direction(discoveryFindings.number))
    .limit(limit);
}
