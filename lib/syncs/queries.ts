import "server-only";
import { and, asc, desc, eq } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { destinations, syncs } from "@/drizzle/schema/use";
import type { Scope } from "@/lib/auth/scope";
import { beyondId } from "@/lib/paging/predicates";
import { type Page, type Position, readPage } from "@/lib/paging/rules";
import type { SyncState } from "@/lib/syncs/rules";

export type SyncView = { id: string; destination: string; enabled: boolean; state: SyncState; addedAt: Date };

/** A page of the copies that are kept of a certificate, active or not, in the order in which they were added. */
export function pageSyncs(
  scope: Scope,
  certificateId: string,
  position: Position<string>,
): Promise<Page<SyncView, string>> {
  return readPage(position, {
    read: (stretch) =>
      database()
        .select({
          id: syncs.id,
          destination: destinations.name,
          enabled: syncs.enabled,
          state: syncs.state,
          addedAt: syncs.addedAt,
        })
        .from(syncs)
        .innerJoin(
          destinations,
          and(eq(destinations.accountId, syncs.accountId), eq(destinations.id, syncs.destinationId)),
        )
        .where(
          and(
            eq(syncs.accountId, scope.accountId),
            eq(syncs.certificateId, certificateId),
            beyondId(syncs.id, stretch, "rising"),
          ),
        )
        .orderBy((stretch.towards === "end" ? asc : desc)(syncs.id))
        .limit(stretch.limit),
    placeOf: (row) => row.id,
  });
}
