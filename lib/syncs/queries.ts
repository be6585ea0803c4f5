import "server-only";
import { and, asc, desc, eq, gt, inArray, isNotNull, ne, type SQL, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { destinations, syncs } from "@/drizzle/schema/use";
import { at } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import { TAKES_BARE } from "@/lib/destinations/rules";
import { beyondId } from "@/lib/paging/predicates";
import { type Page, type Position, readPage } from "@/lib/paging/rules";
import { copyProblem, REMOVED_STATE, type SyncState } from "@/lib/syncs/rules";
import type { DestinationChoice, SyncView } from "@/lib/syncs/schema";

/** Copies of one certificate that a page shows. */
const SHOWN = 200;

function columns(now: Date) {
  return {
    id: syncs.id,
    destination: destinations.name,
    kind: destinations.kind,
    enabled: syncs.enabled,
    state: syncs.state,
    addedAt: syncs.addedAt,
    addedByLabel: syncs.addedByLabel,
    remoteId: syncs.remoteId,
    pushedAt: syncs.pushedAt,
    checkedAt: syncs.checkedAt,
    error: syncs.error,
    nextAttemptAt: syncs.nextAttemptAt,
    nextCheckAt: syncs.nextCheckAt,
    removalWishedByLabel: syncs.removalWishedByLabel,
    isBusy: sql<boolean>`(${syncs.leaseUntil} is not null and ${gt(syncs.leaseUntil, sql`${at(now)}`)})`,
  };
}

function read(scope: Scope, { where, now }: { where: SQL | undefined; now: Date }) {
  return database()
    .select(columns(now))
    .from(syncs)
    .innerJoin(destinations, and(eq(destinations.accountId, syncs.accountId), eq(destinations.id, syncs.destinationId)))
    .where(and(eq(syncs.accountId, scope.accountId), where));
}

/** A page of the copies that are kept of a certificate, active or not, in the order in which they were added. */
export function pageSyncs(
  scope: Scope,
  { certificateId, now }: { certificateId: string; now: Date },
  position: Position<string>,
): Promise<Page<SyncView, string>> {
  return readPage(position, {
    read: (stretch) =>
      read(scope, {
        where: and(eq(syncs.certificateId, certificateId), beyondId(syncs.id, stretch, "rising")),
        now,
      })
        .orderBy((stretch.towards === "end" ? asc : desc)(syncs.id))
        .limit(stretch.limit),
    placeOf: (row) => row.id,
  });
}

/** The copies of a certificate, those that are gone last. */
export function listSyncs(scope: Scope, certificateId: string, now: Date): Promise<SyncView[]> {
  return read(scope, { where: eq(syncs.certificateId, certificateId), now })
    .orderBy(sql`${syncs.state} = ${REMOVED_STATE}`, asc(destinations.name))
    .limit(SHOWN);
}

/** Where a certificate could be copied to and is not, by name; those where it cannot be come last, with the reason. */
export async function listChoices(
  scope: Scope,
  { id: certificateId, hasPrivateKey }: { id: string; hasPrivateKey: boolean },
): Promise<DestinationChoice[]> {
  const rows = await database()
    .select({ id: destinations.id, name: destinations.name, kind: destinations.kind })
    .from(destinations)
    .where(
      and(
        eq(destinations.accountId, scope.accountId),
        sql`not exists (select 1 from ${syncs} where ${syncs.accountId} = ${destinations.accountId}
          and ${syncs.certificateId} = ${certificateId} and ${syncs.destinationId} = ${destinations.id}
          and ${syncs.state} <> ${REMOVED_STATE})`,
      ),
    )
    .orderBy(asc(destinations.name))
    .limit(SHOWN);
  const choices = rows.map(({ kind, ...row }) => {
    const takesBare = kind !== null && TAKES_BARE.includes(kind);
    return { ...row, problem: copyProblem({ hasPrivateKey, takesBare, isKnown: kind !== null }) };
  });
  return [...choices.filter(({ problem }) => problem === null), ...choices.filter(({ problem }) => problem !== null)];
}

export type SyncOfDestination = {
  id: string;
  certificateId: string;
  state: SyncState;
  error: string | null;
  pushedAt: Date | null;
  checkedAt: Date | null;
  nextAttemptAt: Date | null;
};

/** The copies at a destination that are not gone, in the order in which they were added. */
export function pageSyncsOf(
  scope: Scope,
  destinationId: string,
  position: Position<string>,
): Promise<Page<SyncOfDestination, string>> {
  return readPage(position, {
    read: (stretch) =>
      database()
        .select({
          id: syncs.id,
          certificateId: syncs.certificateId,
          state: syncs.state,
          error: syncs.error,
          pushedAt: syncs.pushedAt,
          checkedAt: syncs.checkedAt,
          nextAttemptAt: syncs.nextAttemptAt,
        })
        .from(syncs)
        .where(
          and(
            eq(syncs.accountId, scope.accountId),
            eq(syncs.destinationId, destinationId),
            ne(syncs.state, REMOVED_STATE),
            beyondId(syncs.id, stretch, "rising"),
          ),
        )
        .orderBy((stretch.towards === "end" ? asc : desc)(syncs.id))
        .limit(stretch.limit),
    placeOf: (row) => row.id,
  });
}

/** Of certificates (`ids`), why what is wished of a copy does not work out, "Vault: Its name is not known.", the first of each. */
export async function readSyncErrors(scope: Scope, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await database()
    .select({ certificateId: syncs.certificateId, destination: destinations.name, error: syncs.error })
    .from(syncs)
    .innerJoin(destinations, and(eq(destinations.accountId, syncs.accountId), eq(destinations.id, syncs.destinationId)))
    .where(and(eq(syncs.accountId, scope.accountId), inArray(syncs.certificateId, [...ids]), isNotNull(syncs.error)))
    .orderBy(desc(destinations.name));
  return new Map(rows.map(({ certificateId, destination, error }) => [certificateId, `${destination}: ${error}`]));
}
