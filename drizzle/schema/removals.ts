import { sql } from "drizzle-orm";
import { foreignKey, index, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { STATUSES } from "@/lib/certificates/rules";
import { ACTOR_KINDS, ELIGIBILITIES } from "@/lib/removal/rules";
import type { RemovalEvidence } from "@/lib/removal/schema";
import { bulkDeletions } from "./bulk-deletions";
import { id, isOneOf, moment } from "./columns";

/**
 * A deletion that happened. Has the id of the certificate that went, so that there can be one only. That its contents and
 * its run are there is not for foreign keys to check: each would lock, and so write, a row of theirs for every record. A
 * trigger checks all records of a statement at once, and neither can be deleted.
 */
export const removals = pgTable(
  "removals",
  {
    accountId: uuid().notNull(),
    id: id(),
    name: text().notNull(),
    status: text({ enum: STATUSES }).notNull(),
    eligibility: text({ enum: ELIGIBILITIES }).notNull(),
    evidence: jsonb().$type<RemovalEvidence>().notNull(),
    actorKind: text({ enum: ACTOR_KINDS }).notNull(),
    actorId: uuid(),
    /** How the actor was called at that time. */
    actorLabel: text().notNull(),
    runId: uuid(),
    bulkDeletionId: uuid(),
    removedAt: moment().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({
      name: "removals_bulk_deletion_fk",
      columns: [t.accountId, t.bulkDeletionId],
      foreignColumns: [bulkDeletions.accountId, bulkDeletions.id],
    }).onDelete("restrict"),
    index("removals_time_idx").on(t.accountId, t.removedAt, t.id),
    index("removals_run_idx").on(t.accountId, t.runId, t.id),
    index("removals_bulk_deletion_idx")
      .on(t.accountId, t.bulkDeletionId, t.id)
      .where(sql`${t.bulkDeletionId} is not null`),
    isOneOf("removals_status_known", t.status, STATUSES),
    isOneOf("removals_eligibility_known", t.eligibility, ELIGIBILITIES),
    isOneOf("removals_actor_kind_known", t.actorKind, ACTOR_KINDS),
  ],
);
