import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { FINDING_KINDS, SCAN_STATUSES } from "@/lib/discovery/rules";
import { PROTOCOLS } from "@/lib/endpoints/rules";
import { accounts } from "./accounts";
import { id, isOneOf, moment } from "./columns";

/** A look at many endpoints for certificates, that somebody asked for, and what came of it. */
export const discoveryScans = pgTable(
  "discovery_scans",
  {
    accountId: uuid()
      .notNull()
      .references(() => accounts.id, { onDelete: "restrict" }),
    id: id(),
    status: text({ enum: SCAN_STATUSES }).notNull(),
    /** Hosts and ranges, as lib/discovery/rules.ts writes them: with the ports they give every endpoint its number. */
    hosts: text().array().notNull(),
    ports: integer().array().notNull(),
    protocol: text({ enum: PROTOCOLS }).notNull(),
    requestedAt: moment().notNull(),
    requestedById: uuid().notNull(),
    requestedByLabel: text().notNull(),
    startedAt: moment(),
    heartbeatAt: moment(),
    /** Grows each time a server takes it over: one that lost it cannot note another endpoint. */
    claim: integer().notNull().default(0),
    stopRequestedAt: moment(),
    stopRequestedByLabel: text(),
    finishedAt: moment(),
    targets: integer().notNull(),
    /** The endpoint to look at next; all before it are noted. */
    done: integer().notNull().default(0),
    added: integer().notNull().default(0),
    already: integer().notNull().default(0),
    unreadable: integer().notNull().default(0),
    unreachable: integer().notNull().default(0),
    forbidden: integer().notNull().default(0),
    endpoints: integer().notNull().default(0),
    error: text(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    index("discovery_scans_time_idx").on(t.accountId, t.requestedAt, t.id),
    uniqueIndex("discovery_scans_unfinished_key").on(t.accountId).where(sql`${t.finishedAt} is null`),
    isOneOf("discovery_scans_status_known", t.status, SCAN_STATUSES),
    isOneOf("discovery_scans_protocol_known", t.protocol, PROTOCOLS),
    check("discovery_scans_finished", sql`(${t.status} in ('queued', 'running')) = (${t.finishedAt} is null)`),
    check(
      "discovery_scans_counts",
      sql`${t.added} + ${t.already} + ${t.unreadable} + ${t.unreachable} + ${t.forbidden} = ${t.done} and ${t.done} <= ${t.targets}`,
    ),
  ],
);

/** An endpoint of a scan that is listed, with the certificate that it served. */
export const discoveryFindings = pgTable(
  "discovery_findings",
  {
    accountId: uuid().notNull(),
    scanId: uuid().notNull(),
    /** Of the endpoint in the scan, from 0. */
    number: integer().notNull(),
    kind: text({ enum: FINDING_KINDS }).notNull(),
    host: text().notNull(),
    port: integer().notNull(),
    /** Stays when the certificate goes. */
    certificateId: uuid(),
    /** As it was called then. */
    name: text(),
    isNewEndpoint: boolean().notNull(),
    problem: text(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.scanId, t.number] }),
    foreignKey({
      name: "discovery_findings_scan_fk",
      columns: [t.accountId, t.scanId],
      foreignColumns: [discoveryScans.accountId, discoveryScans.id],
    }).onDelete("restrict"),
    isOneOf("discovery_findings_kind_known", t.kind, FINDING_KINDS),
    check(
      "discovery_findings_certificate",
      sql`(${t.kind} in ('added', 'already')) = (${t.certificateId} is not null and ${t.name} is not null)`,
    ),
    check("discovery_findings_problem", sql`(${t.kind} in ('added', 'already')) = (${t.problem} is null)`),
  ],
);
