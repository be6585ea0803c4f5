import { boolean, foreignKey, index, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { SYNC_STATES } from "@/lib/syncs/rules";
import { accounts } from "./accounts";
import { certificates } from "./certificates";
import { id, isOneOf, moment } from "./columns";

/** A service that uses a certificate. */
export const deployments = pgTable(
  "deployments",
  {
    accountId: uuid().notNull(),
    id: id(),
    certificateId: uuid().notNull(),
    service: text().notNull(),
    /** host:port, ARN, anything. */
    resource: text().notNull(),
    note: text().notNull(),
    addedAt: moment().notNull(),
    addedById: uuid(),
    addedByLabel: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    // RESTRICT is the last line of defence: a deployment that arrives while a certificate is being deleted stops that.
    foreignKey({
      name: "deployments_certificate_fk",
      columns: [t.accountId, t.certificateId],
      foreignColumns: [certificates.accountId, certificates.id],
    }).onDelete("restrict"),
    uniqueIndex("deployments_once_key").on(t.accountId, t.certificateId, t.service, t.resource),
  ],
);

/** A place that syncs push to. */
export const destinations = pgTable(
  "destinations",
  {
    accountId: uuid()
      .notNull()
      .references(() => accounts.id, { onDelete: "restrict" }),
    id: id(),
    name: text().notNull(),
    createdAt: moment().notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.id] }), uniqueIndex("destinations_name_key").on(t.accountId, t.name)],
);

/** A copy of a certificate at a destination. */
export const syncs = pgTable(
  "syncs",
  {
    accountId: uuid().notNull(),
    id: id(),
    certificateId: uuid().notNull(),
    destinationId: uuid().notNull(),
    enabled: boolean().notNull(),
    state: text({ enum: SYNC_STATES }).notNull(),
    addedAt: moment().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({
      name: "syncs_certificate_fk",
      columns: [t.accountId, t.certificateId],
      foreignColumns: [certificates.accountId, certificates.id],
    }).onDelete("restrict"),
    foreignKey({
      name: "syncs_destination_fk",
      columns: [t.accountId, t.destinationId],
      foreignColumns: [destinations.accountId, destinations.id],
    }).onDelete("restrict"),
    uniqueIndex("syncs_once_key").on(t.accountId, t.certificateId, t.destinationId),
    index("syncs_destination_idx").on(t.accountId, t.destinationId),
    isOneOf("syncs_state_known", t.state, SYNC_STATES),
  ],
);
