import "server-only";
import { and, desc, eq } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { auditEvents } from "@/drizzle/schema/audit";
import type { AuditEventView } from "@/lib/audit/rules";
import type { Scope } from "@/lib/auth/scope";

/** What was done to one thing, newest first. */
export async function listEventsOf(scope: Scope, subjectId: string, limit: number): Promise<AuditEventView[]> {
  return database()
    .select({
      id: auditEvents.id,
      at: auditEvents.at,
      action: auditEvents.action,
      actorLabel: auditEvents.actorLabel,
      details: auditEvents.details,
    })
    .from(auditEvents)
    .where(and(eq(auditEvents.accountId, scope.accountId), eq(auditEvents.subjectId, subjectId)))
    .orderBy(desc(auditEvents.id))
    .limit(limit);
}
