import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { DEPLOYMENT_KINDS, ENDPOINT_STATES } from "@/lib/deployments/rules";
import { DESTINATION_KINDS } from "@/lib/destinations/rules";
import type { TestAnswer } from "@/lib/destinations/schema";
import { PROTOCOLS } from "@/lib/endpoints/rules";
import { SYNC_STATES } from "@/lib/syncs/rules";
import { accounts } from "./accounts";
import { certificates } from "./certificates";
import { id, isOneOf, moment } from "./columns";

/** A service that uses a certificate. */
export const deployments = pgTable(
  "deployments",
  {
    accountId: uuid().notNull(),
    id: id(),
    certificateId: uuid().notNull(),
    service: text().notNull(),
    /** host:port, ARN, anything. */
    resource: text().notNull(),
    note: text().notNull(),
    addedAt: moment().notNull(),
    addedById: uuid(),
    addedByLabel: text().notNull(),
    kind: text({ enum: DEPLOYMENT_KINDS }).notNull().default("noted"),
    /** Where an endpoint is; null for the other kinds, as is all that follows. */
    host: text(),
    port: integer(),
    /** The name that the client asks for (SNI); null asks for the host. */
    serverName: text(),
    protocol: text({ enum: PROTOCOLS }),
    state: text({ enum: ENDPOINT_STATES }),
    /** Since when it has been in this state. */
    stateSince: moment(),
    checkedAt: moment(),
    /** Also the claim of whoever is looking: nobody else looks before this moment. */
    nextCheckAt: moment(),
    /** Why it could not be reached, as a sentence. */
    problem: text(),
    /** What it served at the last look: the SHA-256 of the leaf's DER, and, of another certificate, the PEMs of its chain. */
    servedFingerprint: text(),
    servedChain: text(),
    /** The sync whose destination reported it. */
    syncId: uuid(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    // RESTRICT is the last line of defence: a deployment that arrives while a certificate is being deleted stops that.
    foreignKey({
      name: "deployments_certificate_fk",
      columns: [t.accountId, t.certificateId],
      foreignColumns: [certificates.accountId, certificates.id],
    }).onDelete("restrict"),
    uniqueIndex("deployments_once_key").on(t.accountId, t.certificateId, t.service, t.resource),
    index("deployments_due_idx").on(t.nextCheckAt).where(sql`${t.nextCheckAt} is not null`),
    index("deployments_endpoint_idx").on(t.accountId, t.certificateId).where(sql`${t.kind} = 'endpoint'`),
    index("deployments_sync_idx").on(t.accountId, t.syncId).where(sql`${t.syncId} is not null`),
    isOneOf("deployments_kind_known", t.kind, DEPLOYMENT_KINDS),
    isOneOf("deployments_protocol_known", t.protocol, PROTOCOLS),
    isOneOf("deployments_state_known", t.state, ENDPOINT_STATES),
    check(
      "deployments_endpoint",
      sql`(${t.kind} = 'endpoint') = (${t.host} is not null and ${t.port} is not null and ${t.protocol} is not null
        and ${t.state} is not null and ${t.stateSince} is not null and ${t.nextCheckAt} is not null)`,
    ),
    check("deployments_port", sql`${t.port} between 1 and 65535`),
    check("deployments_checked", sql`(${t.state} = 'never_checked') = (${t.checkedAt} is null)`),
    check(
      "deployments_moved_on",
      sql`${t.state} <> 'moved_on' or (${t.servedFingerprint} is not null and ${t.servedChain} is not null)`,
    ),
    check("deployments_unreachable", sql`${t.state} <> 'unreachable' or ${t.problem} is not null`),
    check("deployments_reported", sql`(${t.kind} = 'reported') = (${t.syncId} is not null)`),
  ],
);

/** A place that syncs push to. */
export const destinations = pgTable(
  "destinations",
  {
    accountId: uuid()
      .notNull()
      .references(() => accounts.id, { onDelete: "restrict" }),
    id: id(),
    name: text().notNull(),
    createdAt: moment().notNull(),
    /** Null where only the name is known: nothing can be pushed there. */
    kind: text({ enum: DESTINATION_KINDS }),
    /** What its kind asks for and is no secret. */
    settings: jsonb().$type<Record<string, string>>(),
    /** The secrets as JSON, sealed to the row (see lib/secrets/encrypt.ts), and the key; null where it needs none. */
    credentialsBox: text(),
    credentialsKeyId: text(),
    addedById: uuid(),
    addedByLabel: text(),
    testedAt: moment(),
    testAnswer: jsonb().$type<TestAnswer>(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    uniqueIndex("destinations_name_key").on(t.accountId, t.name),
    isOneOf("destinations_kind_known", t.kind, DESTINATION_KINDS),
    check(
      "destinations_known",
      sql`(${t.kind} is null) = (${t.settings} is null) and (${t.kind} is null) = (${t.addedByLabel} is null)`,
    ),
    check(
      "destinations_sealed",
      sql`(${t.credentialsBox} is null) = (${t.credentialsKeyId} is null) and (${t.kind} is not null or ${t.credentialsBox} is null)`,
    ),
    check("destinations_tested", sql`(${t.testedAt} is null) = (${t.testAnswer} is null)`),
  ],
);

/** A copy of a certificate at a destination. */
export const syncs = pgTable(
  "syncs",
  {
    accountId: uuid().notNull(),
    id: id(),
    certificateId: uuid().notNull(),
    destinationId: uuid().notNull(),
    enabled: boolean().notNull(),
    state: text({ enum: SYNC_STATES }).notNull(),
    addedAt: moment().notNull(),
    addedById: uuid(),
    addedByLabel: text(),
    /** What the destination calls the copy; null while none is known to be there. */
    remoteId: text(),
    /** The SHA-256 of the leaf that was pushed last. */
    pushedFingerprint: text(),
    pushedAt: moment(),
    /** When the copy was last seen as it should be. */
    checkedAt: moment(),
    /** Why the last push, check or removal failed, as a sentence. */
    error: text(),
    /** Attempts at what is wished since it was wished; each is counted as it begins. */
    attempts: integer().notNull().default(0),
    /** When the copy is to be pushed or removed next; null where nothing is to be done. */
    nextAttemptAt: moment(),
    nextCheckAt: moment(),
    removalWishedById: uuid(),
    removalWishedByLabel: text(),
    /** Who works at it: only under the latest number is anything written, and nobody else begins before the lease ends. */
    claimNumber: integer().notNull().default(0),
    leaseUntil: moment(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({
      name: "syncs_certificate_fk",
      columns: [t.accountId, t.certificateId],
      foreignColumns: [certificates.accountId, certificates.id],
    }).onDelete("restrict"),
    foreignKey({
      name: "syncs_destination_fk",
      columns: [t.accountId, t.destinationId],
      foreignColumns: [destinations.accountId, destinations.id],
    }).onDelete("restrict"),
    uniqueIndex("syncs_once_key").on(t.accountId, t.certificateId, t.destinationId),
    index("syncs_destination_idx").on(t.accountId, t.destinationId),
    index("syncs_due_idx").on(t.nextAttemptAt).where(sql`${t.nextAttemptAt} is not null`),
    index("syncs_check_idx").on(t.nextCheckAt).where(sql`${t.nextCheckAt} is not null`),
    isOneOf("syncs_state_known", t.state, SYNC_STATES),
    check("syncs_due", sql`${t.nextAttemptAt} is null or ${t.state} in ('pending', 'failed', 'removing')`),
    check("syncs_check", sql`${t.nextCheckAt} is null or ${t.state} = 'active'`),
    check(
      "syncs_removed",
      sql`${t.state} <> 'removed' or (${t.remoteId} is null and ${t.leaseUntil} is null and ${t.error} is null)`,
    ),
    check("syncs_pushed", sql`${t.pushedAt} is null or ${t.pushedFingerprint} is not null`),
    check("syncs_attempts", sql`${t.attempts} >= 0 and ${t.claimNumber} >= 0`),
  ],
);
