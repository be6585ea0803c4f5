import { index, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { AuditDetails } from "@/lib/audit/rules";
import { AUDIT_ACTIONS } from "@/lib/audit/rules";
import { accounts } from "./accounts";
import { id, isOneOf, moment } from "./columns";

/** Who changed what, beside the removals, which have their own table. */
export const auditEvents = pgTable(
  "audit_events",
  {
    accountId: uuid()
      .notNull()
      .references(() => accounts.id, { onDelete: "restrict" }),
    id: id(),
    at: moment().notNull(),
    actorId: uuid(),
    actorLabel: text().notNull(),
    action: text({ enum: AUDIT_ACTIONS }).notNull(),
    /** The certificate, user or other thing that was changed. */
    subjectId: uuid(),
    details: jsonb().$type<AuditDetails>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    index("audit_events_subject_idx").on(t.accountId, t.subjectId, t.id),
    isOneOf("audit_events_action_known", t.action, AUDIT_ACTIONS),
  ],
);
