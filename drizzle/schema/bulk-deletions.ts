import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { BULK_SKIP_REASONS, BULK_STATUSES } from "@/lib/removal/rules";
import type { BulkSelection } from "@/lib/removal/schema";
import { accounts } from "./accounts";
import { id, isOneOf, moment } from "./columns";

/** A deletion of several certificates that somebody confirmed at once, and what came of it. */
export const bulkDeletions = pgTable(
  "bulk_deletions",
  {
    accountId: uuid()
      .notNull()
      .references(() => accounts.id, { onDelete: "restrict" }),
    id: id(),
    status: text({ enum: BULK_STATUSES }).notNull(),
    /** What was selected, for people to read; the certificates themselves are in the chunks. */
    selection: jsonb().$type<BulkSelection>().notNull(),
    /** The bulk deletion whose failures this one tries again. */
    retryOfId: uuid(),
    requestedAt: moment().notNull(),
    requestedById: uuid().notNull(),
    /** The token that asked for it in that person's name; null when the person did. */
    requestedByTokenId: uuid(),
    requestedByLabel: text().notNull(),
    startedAt: moment(),
    heartbeatAt: moment(),
    /** Grows each time a server takes it over: one that lost it cannot delete another row. */
    claim: integer().notNull().default(0),
    /** The chunk to do next; all before it are done. */
    nextChunk: integer().notNull().default(0),
    chunks: integer().notNull(),
    /** Only in bulk deletions from before `bulk_deletion_stops`. */
    stopRequestedAt: moment(),
    stopRequestedByLabel: text(),
    finishedAt: moment(),
    total: integer().notNull(),
    removed: integer().notNull().default(0),
    skippedStillValid: integer().notNull().default(0),
    skippedDeployed: integer().notNull().default(0),
    skippedSynced: integer().notNull().default(0),
    /** Removed by somebody else in between. */
    skippedGone: integer().notNull().default(0),
    failed: integer().notNull().default(0),
    error: text(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({
      name: "bulk_deletions_retry_of_fk",
      columns: [t.accountId, t.retryOfId],
      foreignColumns: [t.accountId, t.id],
    }).onDelete("restrict"),
    index("bulk_deletions_time_idx").on(t.accountId, t.requestedAt, t.id),
    index("bulk_deletions_unfinished_idx").on(t.heartbeatAt).where(sql`${t.finishedAt} is null`),
    isOneOf("bulk_deletions_status_known", t.status, BULK_STATUSES),
    check("bulk_deletions_finished", sql`(${t.status} in ('queued', 'running')) = (${t.finishedAt} is null)`),
    check("bulk_deletions_chunks", sql`${t.nextChunk} between 0 and ${t.chunks}`),
    check(
      "bulk_deletions_counts",
      sql`${t.removed} + ${t.skippedStillValid} + ${t.skippedDeployed} + ${t.skippedSynced} + ${t.skippedGone} + ${t.failed} <= ${t.total}`,
    ),
  ],
);

/** That a bulk deletion is to stop; see cleanupStops for why it is not in its row. */
export const bulkDeletionStops = pgTable(
  "bulk_deletion_stops",
  {
    accountId: uuid().notNull(),
    bulkDeletionId: uuid().notNull(),
    requestedAt: moment().notNull(),
    requestedByLabel: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.bulkDeletionId] }),
    foreignKey({
      name: "bulk_deletion_stops_bulk_deletion_fk",
      columns: [t.accountId, t.bulkDeletionId],
      foreignColumns: [bulkDeletions.accountId, bulkDeletions.id],
    }).onDelete("restrict"),
  ],
);

/** The certificates that matched when the person confirmed, a few hundred a row. */
export const bulkDeletionChunks = pgTable(
  "bulk_deletion_chunks",
  {
    accountId: uuid().notNull(),
    bulkDeletionId: uuid().notNull(),
    /** From 0. */
    number: integer().notNull(),
    certificateIds: uuid().array().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.bulkDeletionId, t.number] }),
    foreignKey({
      name: "bulk_deletion_chunks_bulk_deletion_fk",
      columns: [t.accountId, t.bulkDeletionId],
      foreignColumns: [bulkDeletions.accountId, bulkDeletions.id],
    }).onDelete("restrict"),
  ],
);

/** A certificate of a bulk deletion that was not removed. What it removed has the bulk deletion in its removal record. */
export const bulkDeletionSkips = pgTable(
  "bulk_deletion_skips",
  {
    accountId: uuid().notNull(),
    bulkDeletionId: uuid().notNull(),
    reason: text({ enum: BULK_SKIP_REASONS }).notNull(),
    /** See cleanupSkips.certificateId. */
    certificateId: uuid().notNull(),
    /** As it was called then. */
    name: text().notNull(),
    /** The database's words; only for "failed". */
    error: text(),
  },
  (t) => [
    primaryKey({
      name: "bulk_deletion_skips_pk",
      columns: [t.accountId, t.bulkDeletionId, t.reason, t.certificateId],
    }),
    foreignKey({
      name: "bulk_deletion_skips_bulk_deletion_fk",
      columns: [t.accountId, t.bulkDeletionId],
      foreignColumns: [bulkDeletions.accountId, bulkDeletions.id],
    }).onDelete("restrict"),
    isOneOf("bulk_deletion_skips_reason_known", t.reason, BULK_SKIP_REASONS),
    check("bulk_deletion_skips_error", sql`(${t.reason} = 'failed') = (${t.error} is not null)`),
  ],
);
