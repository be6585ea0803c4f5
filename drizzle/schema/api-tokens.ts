import { sql } from "drizzle-orm";
import {
  check,
  cidr,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { ROLES } from "@/lib/accounts/rules";
import { memberships } from "./accounts";
import { id, isOneOf, moment } from "./columns";

/** Leave for a program to act in somebody's name. The row stays when the token has ended: records name it. */
export const apiTokens = pgTable(
  "api_tokens",
  {
    accountId: uuid().notNull(),
    id: id(),
    name: text().notNull(),
    /** The most that it may; less while its maker may less. */
    role: text({ enum: ROLES }).notNull(),
    /** SHA-256, hex. The token itself is shown once and kept nowhere. */
    tokenHash: text().notNull(),
    /** How it begins, for people to tell tokens apart. */
    hint: text().notNull(),
    /** Its maker. */
    userId: uuid().notNull(),
    createdAt: moment().notNull(),
    expiresAt: moment().notNull(),
    /** Networks that it may be used from; from anywhere when there are none. */
    allowedRanges: cidr().array().notNull(),
    /** Not newer than a minute before the last use. */
    lastUsedAt: moment(),
    lastUsedFrom: text(),
    revokedAt: moment(),
    revokedByLabel: text(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    uniqueIndex("api_tokens_hash_key").on(t.tokenHash),
    index("api_tokens_maker_idx").on(t.accountId, t.userId, t.id),
    foreignKey({
      name: "api_tokens_maker_fk",
      columns: [t.accountId, t.userId],
      foreignColumns: [memberships.accountId, memberships.userId],
    }).onDelete("restrict"),
    isOneOf("api_tokens_role_known", t.role, ROLES),
    check("api_tokens_lifetime", sql`${t.expiresAt} > ${t.createdAt}`),
    check("api_tokens_revoked", sql`(${t.revokedAt} is null) = (${t.revokedByLabel} is null)`),
  ],
);

/**
 * How often a token was used in its present window, one row a token. Unlogged: a count is written with every request, and
 * a server that crashes may forget it.
 */
export const apiTokenWindows = pgTable(
  "api_token_windows",
  {
    accountId: uuid().notNull(),
    tokenId: uuid().notNull(),
    startedAt: moment().notNull(),
    requests: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.tokenId] }),
    foreignKey({
      name: "api_token_windows_token_fk",
      columns: [t.accountId, t.tokenId],
      foreignColumns: [apiTokens.accountId, apiTokens.id],
    }).onDelete("restrict"),
  ],
);
