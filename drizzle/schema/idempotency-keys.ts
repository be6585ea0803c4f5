import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { apiTokens } from "./api-tokens";
import { moment } from "./columns";

/** What a request with an Idempotency-Key was answered, so that the same request again does nothing and is told the same. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    accountId: uuid().notNull(),
    tokenId: uuid().notNull(),
    key: text().notNull(),
    /** SHA-256 of the method, the address and the body, hex: the request itself may hold a private key. */
    requestHash: text().notNull(),
    /** Of the server's attempt that holds the key. */
    claimId: uuid().notNull(),
    claimedAt: moment().notNull(),
    /** Null while the request is going on. */
    status: integer(),
    body: text(),
    location: text(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.tokenId, t.key] }),
    index("idempotency_keys_age_idx").on(t.claimedAt),
    foreignKey({
      name: "idempotency_keys_token_fk",
      columns: [t.accountId, t.tokenId],
      foreignColumns: [apiTokens.accountId, apiTokens.id],
    }).onDelete("restrict"),
    check("idempotency_keys_answered", sql`(${t.status} is null) = (${t.body} is null)`),
  ],
);
