import { bigint, date, integer, pgTable, primaryKey, uuid } from "drizzle-orm/pg-core";

/**
 * How many certificates of an account expire on each day. Triggers keep it: a statement that changes certificates adds one
 * row of differences here, so that no writer waits for another, and rows are merged now and then. The sum of an account's
 * rows is exact in every snapshot; none of them means anything alone. An account is not looked up for each row: what a
 * certificate refers to has done so.
 */
export const certificateCounts = pgTable(
  "certificate_counts",
  {
    accountId: uuid().notNull(),
    id: bigint({ mode: "bigint" }).generatedAlwaysAsIdentity(),
    /** The days of notAfter in UTC; beside each the certificates that are revoked, and of the others those of each source. */
    days: date().array().notNull(),
    revoked: integer().array().notNull(),
    issued: integer().array().notNull(),
    uploaded: integer().array().notNull(),
    /** Rows of deployments and syncs together: no more certificates than this are in use. */
    uses: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.id] })],
);
