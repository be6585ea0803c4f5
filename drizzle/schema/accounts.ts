import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { ROLES } from "@/lib/accounts/rules";
import { id, isOneOf, moment } from "./columns";

/** A tenant. Everything below belongs to exactly one. */
export const accounts = pgTable("accounts", {
  id: id().primaryKey(),
  name: text().notNull(),
  createdAt: moment().notNull(),
});

export const users = pgTable(
  "users",
  {
    id: id().primaryKey(),
    /** Lower case; the person's identity. */
    email: text().notNull(),
    /** argon2id in PHC format; null for people who only come through OpenID Connect. */
    passwordHash: text(),
    /** Raised to sign the person out everywhere. */
    sessionVersion: integer().notNull().default(1),
    createdAt: moment().notNull(),
  },
  (t) => [uniqueIndex("users_email_key").on(t.email), check("users_email_lower", sql`${t.email} = lower(${t.email})`)],
);

export const memberships = pgTable(
  "memberships",
  {
    accountId: uuid()
      .notNull()
      .references(() => accounts.id, { onDelete: "restrict" }),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: "restrict" }),
    role: text({ enum: ROLES }).notNull(),
    disabledAt: moment(),
    createdAt: moment().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.userId] }),
    index("memberships_user_idx").on(t.userId),
    isOneOf("memberships_role_known", t.role, ROLES),
  ],
);

/** A person at an OpenID Connect provider. */
export const identities = pgTable(
  "identities",
  {
    issuer: text().notNull(),
    subject: text().notNull(),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: "restrict" }),
    createdAt: moment().notNull(),
  },
  (t) => [primaryKey({ columns: [t.issuer, t.subject] }), index("identities_user_idx").on(t.userId)],
);

export const invitations = pgTable(
  "invitations",
  {
    accountId: uuid()
      .notNull()
      .references(() => accounts.id, { onDelete: "restrict" }),
    id: id(),
    email: text().notNull(),
    role: text({ enum: ROLES }).notNull(),
    /** SHA-256 of the token in the link, hex. The token itself is shown once and kept nowhere. */
    tokenHash: text().notNull(),
    createdBy: uuid().notNull(),
    createdAt: moment().notNull(),
    expiresAt: moment().notNull(),
    usedAt: moment(),
    revokedAt: moment(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    uniqueIndex("invitations_token_key").on(t.tokenHash),
    foreignKey({
      name: "invitations_created_by_fk",
      columns: [t.accountId, t.createdBy],
      foreignColumns: [memberships.accountId, memberships.userId],
    }).onDelete("restrict"),
    isOneOf("invitations_role_known", t.role, ROLES),
  ],
);
