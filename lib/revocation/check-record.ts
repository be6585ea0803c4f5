import "server-only";
import { sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { revocationChecks } from "@/drizzle/schema/revocation";
import { at } from "@/drizzle/values";
import type { Scope } from "@/lib/auth/scope";
import type { Inquiry } from "@/lib/revocation/check-inquiry";
import { nextRevocationCheckAt } from "@/lib/revocation/check-rules";
import { recordRevocation } from "@/lib/revocation/facts";

/** Of a certificate in the inventory. */
export type Checked = { id: string; notAfter: Date; failures: number };

/**
 * Notes what a CA answered, and that a certificate is revoked when it said so: for good. Nothing else that comes of a check
 * changes a certificate. A check that began before the one that was noted last changes nothing.
 */
export async function recordCheck(scope: Scope, checked: Checked, { inquiry, now }: { inquiry: Inquiry; now: Date }) {
  const { answer, source, sentence, freshUntil } = inquiry;
  const failures = answer === "failed" ? checked.failures + 1 : 0;
  const values = {
    ...{ answer, source, problem: sentence, freshUntil, failures, checkedAt: now },
    nextCheckAt: nextRevocationCheckAt({ ...checked, answer, failures }, now),
  };
  await database().transaction(async (tx) => {
    const key = { accountId: scope.accountId, certificateId: checked.id };
    await tx
      .insert(revocationChecks)
      .values({ ...key, ...values })
      .onConflictDoUpdate({
        target: [revocationChecks.accountId, revocationChecks.certificateId],
        set: values,
        setWhere: sql`${revocationChecks.checkedAt} is null or ${revocationChecks.checkedAt} <= ${at(now)}`,
      });
    if (inquiry.answer !== "revoked") return;
    // A CA whose clock is ahead revokes nothing in the future.
    const revokedAt = inquiry.revokedAt > now ? now : inquiry.revokedAt;
    const facts = {
      certificateId: checked.id,
      revokedAt,
      reason: inquiry.reason,
      origin: "ca" as const,
      authorityId: null,
    };
    await recordRevocation(tx, scope, facts, now);
  });
}
