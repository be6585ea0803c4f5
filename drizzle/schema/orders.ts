import { sql } from "drizzle-orm";
import {
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
import { CHALLENGES, KEY_ALGORITHMS } from "@/lib/issuers/rules";
import { ORDER_KINDS, ORDER_STATES } from "@/lib/orders/rules";
import type { Authorization, OrderStep } from "@/lib/orders/schema";
import { id, isOneOf, moment } from "./columns";
import { authorities, issuers } from "./issuers";

/** A certificate that was asked of an issuer, and how far that came. */
export const orders = pgTable(
  "orders",
  {
    accountId: uuid().notNull(),
    id: id(),
    issuerId: uuid().notNull(),
    kind: text({ enum: ORDER_KINDS }).notNull(),
    /** The certificate whose place the new one takes. */
    replacesId: uuid(),
    /** DNS names, also with a wildcard, and IP addresses. */
    names: text().array().notNull(),
    commonName: text(),
    /** Null with a CSR that somebody brought. */
    keyAlgorithm: text({ enum: KEY_ALGORITHMS }),
    /** PEM. */
    csr: text(),
    /** The private key that was made here, until it lies with the certificate: PKCS#8, sealed to the row. */
    keyBox: text(),
    keyKeyId: text(),
    days: integer(),
    challenge: text({ enum: CHALLENGES }),
    state: text({ enum: ORDER_STATES }).notNull(),
    /** What happened, in order. */
    steps: jsonb().$type<OrderStep[]>().notNull(),
    orderUrl: text(),
    authorizations: jsonb().$type<Authorization[]>(),
    problem: text(),
    attempts: integer().notNull().default(0),
    /** When somebody is to go on with it; null where nothing is to be done. */
    nextAttemptAt: moment(),
    claimNumber: integer().notNull().default(0),
    leaseUntil: moment(),
    requestedAt: moment().notNull(),
    requestedById: uuid(),
    requestedByLabel: text().notNull(),
    endedAt: moment(),
    /** What came of it; stays when that certificate goes. */
    certificateId: uuid(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({
      name: "orders_issuer_fk",
      columns: [t.accountId, t.issuerId],
      foreignColumns: [issuers.accountId, issuers.id],
    }).onDelete("restrict"),
    index("orders_issuer_idx").on(t.accountId, t.issuerId, t.id),
    index("orders_due_idx").on(t.nextAttemptAt).where(sql`${t.nextAttemptAt} is not null`),
    uniqueIndex("orders_replaces_key").on(t.accountId, t.replacesId).where(sql`${t.endedAt} is null`),
    isOneOf("orders_kind_known", t.kind, ORDER_KINDS),
    isOneOf("orders_state_known", t.state, ORDER_STATES),
    isOneOf("orders_key_algorithm_known", t.keyAlgorithm, KEY_ALGORITHMS),
    isOneOf("orders_challenge_known", t.challenge, CHALLENGES),
    check("orders_ended", sql`(${t.state} in ('issued', 'failed', 'canceled')) = (${t.endedAt} is not null)`),
    check("orders_due", sql`${t.endedAt} is null or ${t.nextAttemptAt} is null`),
    check("orders_issued", sql`(${t.state} = 'issued') = (${t.certificateId} is not null)`),
    check("orders_failed", sql`${t.state} <> 'failed' or ${t.problem} is not null`),
    check("orders_sealed", sql`(${t.keyBox} is null) = (${t.keyKeyId} is null)`),
    // A key is kept in one place: once it lies with the certificate, or nothing came of it, it is destroyed here.
    check("orders_key_gone", sql`${t.endedAt} is null or ${t.keyBox} is null or ${t.state} = 'failed'`),
    check("orders_renewal", sql`(${t.kind} = 'renew') = (${t.replacesId} is not null)`),
  ],
);

/** What is answered at /.well-known/acme-challenge/ (RFC 8555 §8.3), by any server. */
export const acmeChallenges = pgTable(
  "acme_challenges",
  {
    token: text().primaryKey(),
    accountId: uuid().notNull(),
    orderId: uuid().notNull(),
    keyAuthorization: text().notNull(),
    expiresAt: moment().notNull(),
  },
  (t) => [
    foreignKey({
      name: "acme_challenges_order_fk",
      columns: [t.accountId, t.orderId],
      foreignColumns: [orders.accountId, orders.id],
    }).onDelete("restrict"),
    index("acme_challenges_expiry_idx").on(t.expiresAt),
  ],
);

/** What was issued, and by whom. Outlasts the certificate: an authority's register of its serial numbers. */
export const issuances = pgTable(
  "issuances",
  {
    accountId: uuid().notNull(),
    certificateId: uuid().notNull(),
    issuerId: uuid().notNull(),
    /** The private CA's that signed it; null for ACME. */
    authorityId: uuid(),
    orderId: uuid(),
    /** Lower-case hex, two digits an octet. */
    serialHex: text().notNull(),
    fingerprint: text().notNull(),
    notBefore: moment().notNull(),
    notAfter: moment().notNull(),
    /** When it is to be renewed by itself; null where that does not happen. */
    renewAt: moment(),
    /** The certificate that took its place. */
    renewedById: uuid(),
    renewalProblem: text(),
    /** When the CA is to be asked again for a better time (RFC 9773). */
    nextAriAt: moment(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.certificateId] }),
    foreignKey({
      name: "issuances_issuer_fk",
      columns: [t.accountId, t.issuerId],
      foreignColumns: [issuers.accountId, issuers.id],
    }).onDelete("restrict"),
    foreignKey({
      name: "issuances_authority_fk",
      columns: [t.accountId, t.authorityId],
      foreignColumns: [authorities.accountId, authorities.id],
    }).onDelete("restrict"),
    foreignKey({
      name: "issuances_order_fk",
      columns: [t.accountId, t.orderId],
      foreignColumns: [orders.accountId, orders.id],
    }).onDelete("restrict"),
    uniqueIndex("issuances_serial_key").on(t.accountId, t.authorityId, t.serialHex),
    index("issuances_issuer_idx").on(t.accountId, t.issuerId),
    index("issuances_renewal_idx").on(t.renewAt).where(sql`${t.renewAt} is not null`),
    index("issuances_ari_idx").on(t.nextAriAt).where(sql`${t.nextAriAt} is not null`),
  ],
);
