import "server-only";
import { and, asc, desc, eq } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { auditEvents } from "@/drizzle/schema/audit";
import type { AuditEventView } from "@/lib/audit/rules";
import type { Scope } from "@/lib/auth/scope";
import { beyondId } from "@/lib/paging/predicates";
import { type Page, type Position, readPage } from "@/lib/paging/rules";

const columns = {
  id: auditEvents.id,
  at: auditEvents.at,
  action: auditEvents.action,
  actorLabel: auditEvents.actorLabel,
  details: auditEvents.details,
};

/** What was done to one thing, newest first. */
export async function listEventsOf(scope: Scope, subjectId: string, limit: number): Promise<AuditEventView[]> {
  return database()
    .select(columns)
    .from(auditEvents)
    .where(and(eq(auditEvents.accountId, scope.accountId), eq(auditEvents.subjectId, subjectId)))
    .orderBy(desc(auditEvents.id))
    .limit(limit);
}

/** A page of the same. */
export function pageEventsOf(
  scope: Scope,
  subjectId: string,
  position: Position<string>,
): Promise<Page<AuditEventView, string>> {
  return readPage(position, {
    read: (stretch) =>
      database()
        .select(columns)
        .from(auditEvents)
        .where(
          and(
            eq(auditEvents.accountId, scope.accountId),
            eq(auditEvents.subjectId, subjectId),
            beyondId(auditEvents.id, stretch, "falling"),
          ),
        )
        .orderBy((stretch.towards === "end" ? desc : asc)(auditEvents.id))
        .limit(stretch.limit),
    placeOf: (row) => row.id,
  });
}
