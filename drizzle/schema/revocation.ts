import { sql } from "drizzle-orm";
import { check, customType, foreignKey, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { CHECK_ANSWERS, CHECK_SOURCES, REVOCATION_REASONS } from "@/lib/revocation/rules";
import { accounts } from "./accounts";
import { certificates } from "./certificates";
import { isOneOf, moment } from "./columns";
import { issuers } from "./issuers";

const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });

/** That somebody wants a certificate revoked and its CA has not confirmed it yet. */
export const pendingRevocations = pgTable(
  "pending_revocations",
  {
    accountId: uuid().notNull(),
    certificateId: uuid().notNull(),
    issuerId: uuid().notNull(),
    reason: text({ enum: REVOCATION_REASONS }).notNull(),
    askedAt: moment().notNull(),
    askedById: uuid(),
    askedByLabel: text().notNull(),
    attempts: integer().notNull().default(0),
    /** Why the last attempt failed, as a sentence. */
    error: text(),
    /** Null where it does not happen by itself any more. */
    nextAttemptAt: moment(),
    claimNumber: integer().notNull().default(0),
    leaseUntil: moment(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.certificateId] }),
    // While it is valid, the law keeps an issued certificate; once it has expired, no CA revokes it any more.
    foreignKey({
      name: "pending_revocations_certificate_fk",
      columns: [t.accountId, t.certificateId],
      foreignColumns: [certificates.accountId, certificates.id],
    }).onDelete("cascade"),
    foreignKey({
      name: "pending_revocations_issuer_fk",
      columns: [t.accountId, t.issuerId],
      foreignColumns: [issuers.accountId, issuers.id],
    }).onDelete("restrict"),
    index("pending_revocations_due_idx").on(t.nextAttemptAt).where(sql`${t.nextAttemptAt} is not null`),
    isOneOf("pending_revocations_reason_known", t.reason, REVOCATION_REASONS),
    check("pending_revocations_stuck", sql`${t.nextAttemptAt} is not null or ${t.error} is not null`),
  ],
);

/** What the CA of an uploaded certificate said of it. One whose certificate is gone is forgotten when it falls due. */
export const revocationChecks = pgTable(
  "revocation_checks",
  {
    accountId: uuid()
      .notNull()
      .references(() => accounts.id, { onDelete: "restrict" }),
    certificateId: uuid().notNull(),
    answer: text({ enum: CHECK_ANSWERS }),
    source: text({ enum: CHECK_SOURCES }),
    checkedAt: moment(),
    /** Why there is no answer that can be trusted, as a sentence. */
    problem: text(),
    /** Until when the answer holds, as its CA says. */
    freshUntil: moment(),
    /** Failures in a row. */
    failures: integer().notNull().default(0),
    /** Also the claim of whoever asks: nobody else does before this moment. */
    nextCheckAt: moment().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.certificateId] }),
    index("revocation_checks_due_idx").on(t.nextCheckAt),
    isOneOf("revocation_checks_answer_known", t.answer, CHECK_ANSWERS),
    isOneOf("revocation_checks_source_known", t.source, CHECK_SOURCES),
    check("revocation_checks_checked", sql`(${t.answer} is null) = (${t.checkedAt} is null)`),
    check("revocation_checks_failed", sql`${t.answer} is distinct from 'failed' or ${t.problem} is not null`),
  ],
);

/** Revocation lists of CAs elsewhere, kept for as long as they say. */
export const revocationLists = pgTable(
  "revocation_lists",
  {
    accountId: uuid()
      .notNull()
      .references(() => accounts.id, { onDelete: "restrict" }),
    /** SHA-256 of its address, hex. */
    urlHash: text().notNull(),
    url: text().notNull(),
    /** SHA-256 of the public key (SubjectPublicKeyInfo) that its signature was verified with, hex. */
    issuerKeyHash: text().notNull(),
    der: bytea().notNull(),
    thisUpdate: moment().notNull(),
    nextUpdate: moment().notNull(),
    fetchedAt: moment().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.urlHash, t.issuerKeyHash] }),
    index("revocation_lists_expiry_idx").on(t.nextUpdate),
  ],
);

/** That a server is downloading a list, so that no other one does at the same time. A killed one holds it until the lease ends. */
export const revocationDownloads = pgTable(
  "revocation_downloads",
  {
    accountId: uuid()
      .notNull()
      .references(() => accounts.id, { onDelete: "restrict" }),
    /** As of the list. */
    urlHash: text().notNull(),
    issuerKeyHash: text().notNull(),
    /** Whose it is: only the latest one gives it back. */
    claim: uuid().notNull(),
    leaseUntil: moment().notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.urlHash, t.issuerKeyHash] })],
);
