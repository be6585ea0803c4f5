import "server-only";
import { and, eq, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { pendingRevocations } from "@/drizzle/schema/revocation";
import { at } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import type { PendingRevocation } from "@/lib/revocation/schema";

/** The wish to revoke a certificate that its CA has not confirmed yet; null when there is none. */
export async function readPendingRevocation(
  scope: Scope,
  certificateId: string,
  now: Date,
): Promise<PendingRevocation | null> {
  const [row] = await database()
    .select({
      issuerId: pendingRevocations.issuerId,
      reason: pendingRevocations.reason,
      askedAt: pendingRevocations.askedAt,
      askedByLabel: pendingRevocations.askedByLabel,
      attempts: pendingRevocations.attempts,
      error: pendingRevocations.error,
      nextAttemptAt: pendingRevocations.nextAttemptAt,
      isBusy: sql<boolean>`coalesce(${pendingRevocations.leaseUntil} > ${at(now)}, false)`,
    })
    .from(pendingRevocations)
    .where(and(eq(pendingRevocations.accountId, scope.accountId), eq(pendingRevocations.certificateId, certificateId)));
  return row ?? null;
}
