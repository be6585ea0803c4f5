import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  customType,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { AUTHORITY_ROLES, CHALLENGES, ISSUER_KINDS, ISSUER_NAME_LIMIT } from "@/lib/issuers/rules";
import { accounts } from "./accounts";
import { id, isOneOf, moment } from "./columns";

const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });

/** Who makes certificates for this account. */
export const issuers = pgTable(
  "issuers",
  {
    accountId: uuid()
      .notNull()
      .references(() => accounts.id, { onDelete: "restrict" }),
    id: id(),
    name: text().notNull(),
    kind: text({ enum: ISSUER_KINDS }).notNull(),
    addedAt: moment().notNull(),
    addedById: uuid(),
    addedByLabel: text().notNull(),
    /** From then on it issues and renews nothing; it revokes and publishes as before. */
    retiredAt: moment(),
    renewAutomatically: boolean().notNull(),
    /** The longest validity of its certificates; null where the CA alone decides. */
    maxDays: integer(),
    /** Of an ACME server, as is all that follows. */
    directoryUrl: text(),
    contact: text(),
    /** PEM of the CAs that its own TLS certificate is trusted by, beside those of this machine. */
    caBundle: text(),
    accountUrl: text(),
    /** The account's key and its external binding as JSON, sealed to the row, and the key that it is sealed with. */
    accountBox: text(),
    accountKeyId: text(),
    challenge: text({ enum: CHALLENGES }),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    uniqueIndex("issuers_name_key").on(t.accountId, t.name),
    isOneOf("issuers_kind_known", t.kind, ISSUER_KINDS),
    isOneOf("issuers_challenge_known", t.challenge, CHALLENGES),
    check("issuers_name_length", sql`char_length(${t.name}) between 1 and ${sql.raw(String(ISSUER_NAME_LIMIT))}`),
    check("issuers_max_days", sql`${t.maxDays} between 1 and 36500`),
    check(
      "issuers_acme",
      sql`(${t.kind} = 'acme') = (${t.directoryUrl} is not null and ${t.accountUrl} is not null
        and ${t.accountBox} is not null and ${t.accountKeyId} is not null and ${t.challenge} is not null)`,
    ),
    check("issuers_private_ca", sql`${t.kind} <> 'private_ca' or ${t.maxDays} is not null`),
  ],
);

/** A CA that is kept here, with the list of what it revoked as it was published last. */
export const authorities = pgTable(
  "authorities",
  {
    accountId: uuid().notNull(),
    /** Stands in public addresses, so no two accounts have the same. */
    id: id(),
    issuerId: uuid().notNull(),
    role: text({ enum: AUTHORITY_ROLES }).notNull(),
    /** The one of its issuer that signs certificates. */
    isSigning: boolean().notNull(),
    certificatePem: text().notNull(),
    notBefore: moment().notNull(),
    notAfter: moment().notNull(),
    /** PKCS#8, sealed to the row, and the key that it is sealed with; null where the key is kept elsewhere. */
    keyBox: text(),
    keyKeyId: text(),
    /** Grows with every list (RFC 5280 §5.2.3); 0 before the first one. */
    crlNumber: bigint({ mode: "number" }).notNull().default(0),
    /** DER. */
    crl: bytea(),
    crlThisUpdate: moment(),
    crlNextUpdate: moment(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({
      name: "authorities_issuer_fk",
      columns: [t.accountId, t.issuerId],
      foreignColumns: [issuers.accountId, issuers.id],
    }).onDelete("restrict"),
    uniqueIndex("authorities_id_key").on(t.id),
    index("authorities_issuer_idx").on(t.accountId, t.issuerId),
    uniqueIndex("authorities_signing_key").on(t.accountId, t.issuerId).where(sql`${t.isSigning}`),
    index("authorities_due_idx").on(t.crlNextUpdate).where(sql`${t.keyBox} is not null`),
    isOneOf("authorities_role_known", t.role, AUTHORITY_ROLES),
    check("authorities_sealed", sql`(${t.keyBox} is null) = (${t.keyKeyId} is null)`),
    check("authorities_signing", sql`not ${t.isSigning} or ${t.keyBox} is not null`),
    check(
      "authorities_published",
      sql`(${t.crl} is null) = (${t.crlNumber} = 0) and (${t.crl} is null) = (${t.crlThisUpdate} is null)
        and (${t.crl} is null) = (${t.crlNextUpdate} is null)`,
    ),
    check("authorities_crl_number", sql`${t.crlNumber} >= 0`),
  ],
);
