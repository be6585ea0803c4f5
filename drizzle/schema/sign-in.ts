import { index, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { users } from "./accounts";
import { id, moment } from "./columns";

/** One row a sign-in: what the idle and the absolute limit are measured by. */
export const sessions = pgTable(
  "sessions",
  {
    id: id().primaryKey(),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: "restrict" }),
    /** The person's session version at sign-in; the session ends when the person's is higher. */
    sessionVersion: integer().notNull(),
    startedAt: moment().notNull(),
    lastSeenAt: moment().notNull(),
    endedAt: moment(),
  },
  (t) => [index("sessions_user_idx").on(t.userId)],
);

/** Failed sign-ins, counted per person and per address. */
export const signInFailures = pgTable("sign_in_failures", {
  /** SHA-256 of the kind and the e-mail address or network address, hex. */
  key: text().primaryKey(),
  failures: integer().notNull(),
  lastFailedAt: moment().notNull(),
  /** Attempts before this moment are refused without looking at the password. */
  waitUntil: moment().notNull(),
});

/** One-time links that make the first product admin. Worthless once a user exists. */
export const setupLinks = pgTable("setup_links", {
  tokenHash: text().primaryKey(),
  createdAt: moment().notNull(),
  expiresAt: moment().notNull(),
});
