import "server-only";
import type { Executor } from "@/drizzle/client";
import { auditEvents } from "@/drizzle/schema/audit";
import type { AuditAction, AuditDetails } from "@/lib/audit/rules";
import type { Scope } from "@/lib/auth/scope";
import { newId } from "@/lib/ids";

/**
 * Notes a change. Pass the transaction of the change itself, so that neither is there without the other. People who join
 * have no scope yet: for them it is the account and the actor alone.
 */
export async function recordAudit(
  executor: Executor,
  scope: Pick<Scope, "accountId" | "actor">,
  event: { now: Date; action: AuditAction; subjectId: string | null; details: AuditDetails },
): Promise<void> {
  await executor.insert(auditEvents).values({
    accountId: scope.accountId,
    id: newId(),
    at: event.now,
    actorId: scope.actor.id,
    actorLabel: scope.actor.label,
    action: event.action,
    subjectId: event.subjectId,
    details: event.details,
  });
}
