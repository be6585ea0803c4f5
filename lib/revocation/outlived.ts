import "server-only";
import { and, eq, lt } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { pendingRevocations } from "@/drizzle/schema/revocation";
import { recordAudit } from "@/lib/audit/commands";
import type { Scope } from "@/lib/auth/scope";
import { ofWish, type RevocationKey } from "@/lib/revocation/claim";

/** Wishes whose certificate has expired meanwhile, whatever else holds of them: no CA revokes it any more. */
export function findOutlived(now: Date, limit: number): Promise<RevocationKey[]> {
  return database()
    .select({ accountId: pendingRevocations.accountId, certificateId: pendingRevocations.certificateId })
    .from(pendingRevocations)
    .innerJoin(
      certificates,
      and(
        eq(certificates.accountId, pendingRevocations.accountId),
        eq(certificates.id, pendingRevocations.certificateId),
      ),
    )
    .where(lt(certificates.notAfter, now))
    .limit(limit);
}

/** Ends such a wish, and says so in the certificate's history; false when it had ended before. */
export async function endOutlived(scope: Scope, certificateId: string, now: Date): Promise<boolean> {
  return await database().transaction(async (tx) => {
    const ended = await tx
      .delete(pendingRevocations)
      .where(ofWish({ accountId: scope.accountId, certificateId }))
      .returning({ attempts: pendingRevocations.attempts, askedByLabel: pendingRevocations.askedByLabel });
    const [wish] = ended;
    if (wish === undefined) return false;
    const details = { attempts: wish.attempts, askedBy: wish.askedByLabel };
    await recordAudit(tx, scope, { now, action: "revocation.ended", subjectId: certificateId, details });
    return true;
  });
}
