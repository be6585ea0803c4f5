import "server-only";
import { and, eq, notInArray } from "drizzle-orm";
import type { Transaction } from "@/drizzle/client";
import { deployments } from "@/drizzle/schema/use";
import { RESOURCE_LIMIT } from "@/lib/deployments/rules";
import { newId } from "@/lib/ids";

type OfSync = { accountId: string; syncId: string };

/** Uses that one look reports at most. */
const REPORTED_MAX = 1_000;

/**
 * What a destination says uses the copy becomes deployments of the certificate: those of the look before that are gone
 * there go here, and what somebody noted already stays as it is.
 */
export async function replaceReported(
  tx: Transaction,
  { accountId, syncId, certificateId }: OfSync & { certificateId: string },
  { inUseBy, reporter, now }: { inUseBy: string[]; reporter: string; now: Date },
): Promise<void> {
  const resources = [...new Set(inUseBy.map((used) => used.slice(0, RESOURCE_LIMIT)))].slice(0, REPORTED_MAX);
  const ofSync = and(eq(deployments.accountId, accountId), eq(deployments.syncId, syncId));
  await tx
    .delete(deployments)
    .where(resources.length === 0 ? ofSync : and(ofSync, notInArray(deployments.resource, resources)));
  if (resources.length === 0) return;
  await tx
    .insert(deployments)
    .values(
      resources.map((resource) => ({
        ...{ accountId, id: newId(), certificateId, kind: "reported" as const, syncId },
        ...{ service: reporter, resource, note: "", addedAt: now, addedByLabel: reporter },
      })),
    )
    .onConflictDoNothing();
}

/** The copy is gone, and with it what used it. */
export async function dropReported(tx: Transaction, { accountId, syncId }: OfSync): Promise<void> {
  await tx.delete(deployments).where(and(eq(deployments.accountId, accountId), eq(deployments.syncId, syncId)));
}

/** The copy stays where it is and nobody looks any more: what used it last stays, and people may remove it. */
export async function keepReported(tx: Transaction, { accountId, syncId }: OfSync): Promise<void> {
  await tx
    .update(deployments)
    .set({ kind: "noted", syncId: null })
    .where(and(eq(deployments.accountId, accountId), eq(deployments.syncId, syncId)));
}
