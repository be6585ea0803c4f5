import { foreignKey, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { certificates } from "./certificates";
import { moment } from "./columns";

/** The private key of a certificate in the inventory, encrypted. Whatever deletes the certificate destroys the key. */
export const privateKeys = pgTable(
  "private_keys",
  {
    accountId: uuid().notNull(),
    certificateId: uuid().notNull(),
    /** PKCS#8, sealed to account and certificate (see lib/secrets/encrypt.ts), and the key that it is sealed with. */
    box: text().notNull(),
    keyId: text().notNull(),
    addedAt: moment().notNull(),
    addedById: uuid(),
    /** How the one who added it was called at that time. */
    addedByLabel: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.certificateId] }),
    foreignKey({
      name: "private_keys_certificate_fk",
      columns: [t.accountId, t.certificateId],
      foreignColumns: [certificates.accountId, certificates.id],
    }).onDelete("cascade"),
  ],
);
