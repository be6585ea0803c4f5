import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, pgView, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { SOURCES, STATUSES } from "@/lib/certificates/rules";
import { ACTOR_KINDS, ELIGIBILITIES } from "@/lib/removal/rules";
import type { MovedOnEvidence, RemovalEvidence } from "@/lib/removal/schema";
import { id, isOneOf, moment } from "./columns";

/**
 * A deletion that happened, as it is written: the evidence in columns, which cost a run half of what the same costs as
 * JSON. Has the id of the certificate that went, so that there can be one only. That its contents, its run and its bulk
 * deletion are there is not for foreign keys to check: each would lock, and so write, a row of theirs for every record. A
 * trigger checks all records of a statement at once, and none of them can be deleted.
 */
export const removalRecords = pgTable(
  "removal_records",
  {
    accountId: uuid().notNull(),
    id: id(),
    name: text().notNull(),
    status: text({ enum: STATUSES }).notNull(),
    eligibility: text({ enum: ELIGIBILITIES }).notNull(),
    /** Only in records from before the columns below. */
    evidence: jsonb().$type<RemovalEvidence>(),
    notBefore: moment(),
    notAfter: moment(),
    revokedAt: moment(),
    source: text({ enum: SOURCES }),
    addedAt: moment(),
    addedByLabel: text(),
    /** Names of destinations whose syncs went with the certificate; null where there were none. */
    detachedSyncs: text().array(),
    /** Endpoints that had moved on when the certificate went, as JSON; null where there were none. */
    movedOn: jsonb().$type<MovedOnEvidence[]>(),
    retentionDays: integer(),
    actorKind: text({ enum: ACTOR_KINDS }).notNull(),
    actorId: uuid(),
    /** How the actor was called at that time. */
    actorLabel: text().notNull(),
    runId: uuid(),
    bulkDeletionId: uuid(),
    removedAt: moment().notNull(),
  },
  (t) => [
    primaryKey({ name: "removals_account_id_id_pk", columns: [t.accountId, t.id] }),
    index("removals_time_idx").on(t.accountId, t.removedAt, t.id),
    index("removals_run_idx").on(t.accountId, t.runId, t.id),
    index("removals_bulk_deletion_idx")
      .on(t.accountId, t.bulkDeletionId, t.id)
      .where(sql`${t.bulkDeletionId} is not null`),
    isOneOf("removals_status_known", t.status, STATUSES),
    isOneOf("removals_eligibility_known", t.eligibility, ELIGIBILITIES),
    isOneOf("removals_actor_kind_known", t.actorKind, ACTOR_KINDS),
    check(
      "removals_have_evidence",
      sql`${t.evidence} is not null or (${t.notBefore} is not null and ${t.notAfter} is not null
        and ${t.source} is not null and ${t.addedAt} is not null and ${t.addedByLabel} is not null)`,
    ),
  ],
);

/** The same as it is read: a view that makes one evidence of either form (see the migrations). */
export const removals = pgView("removals", {
  accountId: uuid("account_id").notNull(),
  id: uuid("id").notNull(),
  name: text("name").notNull(),
  status: text("status", { enum: STATUSES }).notNull(),
  eligibility: text("eligibility", { enum: ELIGIBILITIES }).notNull(),
  evidence: jsonb("evidence").$type<RemovalEvidence>().notNull(),
  actorKind: text("actor_kind", { enum: ACTOR_KINDS }).notNull(),
  actorId: uuid("actor_id"),
  actorLabel: text("actor_label").notNull(),
  runId: uuid("run_id"),
  bulkDeletionId: uuid("bulk_deletion_id"),
  removedAt: moment("removed_at").notNull(),
}).existing();
