import { type SQL, sql } from "drizzle-orm";
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  type PgColumn,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { NAME_LIMIT, SOURCES } from "@/lib/certificates/rules";
import type { CertificateDetails } from "@/lib/certificates/schema";
import { REVOCATION_ORIGINS } from "@/lib/revocation/rules";
import { accounts } from "./accounts";
import { id, isOneOf, moment } from "./columns";
import { authorities } from "./issuers";

/**
 * What a certificate says, whole and unchanging. The row in `certificates` refers to it while the certificate is in the
 * inventory, the one in `removals` once it is gone, so that removing copies nothing.
 */
export const certificateContents = pgTable(
  "certificate_contents",
  {
    accountId: uuid()
      .notNull()
      .references(() => accounts.id, { onDelete: "restrict" }),
    id: id(),
    /** The leaf as it came. */
    pem: text().notNull(),
    /** The certificates that came with it, each certifying the one before. */
    chainPems: text().array().notNull(),
    /** The text that brought them, where the answer has to be the same bytes and the two above do not give them. */
    asUploaded: text(),
    details: jsonb().$type<CertificateDetails>().notNull(),
    /** What a list row shows of the details, kept beside them: details of 10,000 names are not read for a list. */
    issuerLabel: text().notNull(),
    /** The first alternative names other than the certificate's name, and how many there are. */
    otherNames: text().array().notNull(),
    otherNameCount: integer().notNull(),
    /** Lower case: name, subject, issuer, alternative names, serial and fingerprint, one a line. */
    search: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    index("certificate_contents_search_idx").using("gin", sql`${t.search} gin_trgm_ops`),
    index("certificate_contents_ca_idx").on(t.accountId, t.id).where(sql`${t.details} @> '{"isCa": true}'`),
    // The hash, since names can be longer than an index row.
    index("certificate_contents_ca_subject_idx")
      .on(t.accountId, sql`md5(${t.details} ->> 'subject')`)
      .where(sql`${t.details} @> '{"isCa": true}'`),
  ],
);

/** In the words of the index, so that it can answer. */
export const isOfAuthority = sql`${certificateContents.details} @> '{"isCa": true}'`;

/** Of the subject in RFC 4514, likewise. */
export const subjectHash = sql`md5(${certificateContents.details} ->> 'subject')`;

/** The inventory: one slim row a certificate. */
export const certificates = pgTable(
  "certificates",
  {
    accountId: uuid().notNull(),
    id: id(),
    name: text().notNull(),
    /** SHA-256 of the DER, lower-case hex: the certificate's identity within an account. */
    fingerprint: text().notNull(),
    source: text({ enum: SOURCES }).notNull(),
    notBefore: moment().notNull(),
    notAfter: moment().notNull(),
    revokedAt: moment(),
    isSample: boolean().notNull().default(false),
    addedAt: moment().notNull(),
    addedById: uuid(),
    /** How the one who added it was called at that time. */
    addedByLabel: text().notNull(),
    /**
     * What the search looks in, as in the contents: a list that is looked through reads it here in a tenth of the time. Null
     * in rows from before there was this column.
     */
    search: text(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({
      name: "certificates_contents_fk",
      columns: [t.accountId, t.id],
      foreignColumns: [certificateContents.accountId, certificateContents.id],
    }).onDelete("restrict"),
    uniqueIndex("certificates_fingerprint_key").on(t.accountId, t.fingerprint),
    // Behind the order, what a status is made of: figures are read from the index alone.
    index("certificates_expiry_idx").on(t.accountId, t.notAfter, t.id, t.notBefore, t.revokedAt, t.source),
    // What is not yet valid is found by its start, and sorted by what else stands here.
    index("certificates_start_idx").on(t.accountId, t.notBefore, t.notAfter, t.id, t.revokedAt, t.source),
    // In the order of the list what was not yet valid when it was added, and may have become so since.
    index("certificates_early_idx").on(t.accountId, t.notAfter, t.id, t.notBefore).where(wasEarly(t)),
    index("certificates_name_idx").on(t.accountId, sql`lower(${t.name}) collate "C"`, t.id),
    index("certificates_revoked_idx").on(t.accountId, t.notAfter, t.id).where(sql`${t.revokedAt} is not null`),
    isOneOf("certificates_source_known", t.source, SOURCES),
    check("certificates_fingerprint_sha256", sql`${t.fingerprint} ~ '^[0-9a-f]{64}$'`),
    check("certificates_name_length", sql`char_length(${t.name}) between 1 and ${sql.raw(String(NAME_LIMIT))}`),
  ],
);

/**
 * What is not revoked and was not yet valid when it was added, as values of a `certificates` row: what is not yet valid is
 * among it. A minute is for servers whose clocks differ.
 */
export function wasEarly({
  notBefore,
  addedAt,
  revokedAt,
}: {
  notBefore: PgColumn;
  addedAt: PgColumn;
  revokedAt: PgColumn;
}): SQL {
  return sql`${notBefore} - ${addedAt} > interval '-1 minute' and ${revokedAt} is null`;
}

/** That a certificate was revoked. Outlasts the certificate: the same one uploaded again is revoked still. */
export const revocations = pgTable(
  "revocations",
  {
    accountId: uuid()
      .notNull()
      .references(() => accounts.id, { onDelete: "restrict" }),
    /** SHA-256 of issuer and serial (see revocationKey), hex: names can be longer than an index row. */
    key: text().notNull(),
    issuer: text().notNull(),
    /** Exact decimal. */
    serial: text().notNull(),
    revokedAt: moment().notNull(),
    reason: text().notNull(),
    notAfter: moment().notNull(),
    /** Who says so. */
    origin: text({ enum: REVOCATION_ORIGINS }).notNull().default("here"),
    /** The private CA that issued it: its list and its OCSP answers are made of these rows. */
    authorityId: uuid(),
    /** Lower-case hex, two digits an octet; only of a private CA's. */
    serialHex: text(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.key] }),
    foreignKey({
      name: "revocations_authority_fk",
      columns: [t.accountId, t.authorityId],
      foreignColumns: [authorities.accountId, authorities.id],
    }).onDelete("restrict"),
    index("revocations_authority_idx")
      .on(t.accountId, t.authorityId, t.notAfter)
      .where(sql`${t.authorityId} is not null`),
    uniqueIndex("revocations_serial_key").on(t.accountId, t.authorityId, t.serialHex),
    isOneOf("revocations_origin_known", t.origin, REVOCATION_ORIGINS),
    check("revocations_authority", sql`(${t.authorityId} is null) = (${t.serialHex} is null)`),
  ],
);
