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
import { DELIVERY_STATUSES, EVENTS } from "@/lib/notifications/rules";
import { accounts } from "./accounts";
import { id, isOneOf, moment } from "./columns";

/** An address that is told what happens. */
export const webhooks = pgTable(
  "webhooks",
  {
    accountId: uuid()
      .notNull()
      .references(() => accounts.id, { onDelete: "restrict" }),
    id: id(),
    url: text().notNull(),
    enabled: boolean().notNull(),
    /** The key of the signatures, encrypted (see lib/secrets/encrypt.ts), and the key that it is encrypted with. */
    secretBox: text().notNull(),
    secretKeyId: text().notNull(),
    addedAt: moment().notNull(),
    addedById: uuid(),
    addedByLabel: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    uniqueIndex("webhooks_url_key").on(t.accountId, t.url),
    check("webhooks_url_https", sql`${t.url} like 'https://%'`),
  ],
);

/** One message for one webhook, and how far it got. Goes with its webhook, and when it is old. */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    accountId: uuid().notNull(),
    id: id(),
    webhookId: uuid().notNull(),
    event: text({ enum: EVENTS }).notNull(),
    runId: uuid(),
    /** JSON, byte for byte what is signed and sent with every attempt. */
    body: text().notNull(),
    status: text({ enum: DELIVERY_STATUSES }).notNull(),
    attempts: integer().notNull().default(0),
    attemptsLeft: integer().notNull(),
    /** Also the claim of whoever is trying: nobody else tries before this moment. Null once it is settled. */
    nextAttemptAt: moment(),
    createdAt: moment().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({
      name: "webhook_deliveries_webhook_fk",
      columns: [t.accountId, t.webhookId],
      foreignColumns: [webhooks.accountId, webhooks.id],
    }).onDelete("cascade"),
    // A run is told once of what happened to it.
    uniqueIndex("webhook_deliveries_once_key")
      .on(t.accountId, t.webhookId, t.runId, t.event)
      .where(sql`${t.runId} is not null`),
    index("webhook_deliveries_webhook_idx").on(t.accountId, t.webhookId, t.id),
    index("webhook_deliveries_due_idx").on(t.nextAttemptAt).where(sql`${t.status} = 'pending'`),
    index("webhook_deliveries_age_idx").on(t.createdAt),
    isOneOf("webhook_deliveries_event_known", t.event, EVENTS),
    isOneOf("webhook_deliveries_status_known", t.status, DELIVERY_STATUSES),
    check("webhook_deliveries_due", sql`(${t.status} = 'pending') = (${t.nextAttemptAt} is not null)`),
    check("webhook_deliveries_run", sql`(${t.event} = 'test') = (${t.runId} is null)`),
  ],
);

/** The log: what came of each attempt. */
export const webhookAttempts = pgTable(
  "webhook_attempts",
  {
    accountId: uuid().notNull(),
    deliveryId: uuid().notNull(),
    /** From 1. */
    number: integer().notNull(),
    at: moment().notNull(),
    httpStatus: integer(),
    problem: text(),
    milliseconds: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.deliveryId, t.number] }),
    foreignKey({
      name: "webhook_attempts_delivery_fk",
      columns: [t.accountId, t.deliveryId],
      foreignColumns: [webhookDeliveries.accountId, webhookDeliveries.id],
    }).onDelete("cascade"),
  ],
);
