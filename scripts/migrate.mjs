import fs from "node:fs";
import path from "node:path";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import { checkVersion, isExplained, withDatabase } from "./database.mjs";
import { Refusal } from "./refusal.mjs";

// Any number of our own; servers that start together wait for each other on it.
const LOCK = 5_271_936_401;

/**
 * Brings the database to the shape that this version needs. Safe to run from several servers at once.
 * @param {string} url
 * @param {string} root the project's folder
 * @throws {Refusal} when the database cannot be reached, is too old or does not let us
 */
export async function migrateDatabase(url, root) {
  const migrationsFolder = path.join(root, "drizzle/migrations");
  await withDatabase(url, async (client) => {
    await checkVersion(client);
    if (!fs.existsSync(path.join(migrationsFolder, "meta/_journal.json"))) return;
    await client.query("select pg_advisory_lock($1)", [LOCK]);
    try {
      // A change that cannot get its table soon would make every later query of a running server wait behind it.
      await client.query("set lock_timeout = '30s'");
      await migrate(drizzle(client), { migrationsFolder }).catch(refuseMigration);
    } finally {
      await client.query("select pg_advisory_unlock($1)", [LOCK]);
    }
  });
}

// All new migrations are one transaction. What the database says of itself (rights, space) is explained by the caller.
function refuseMigration(error) {
  const cause = error.cause ?? error;
  if (!cause.severity || isExplained(cause.code)) throw error;
  throw new Refusal(
    `The database could not be brought to this version's shape, and nothing was changed: ${cause.message}.`,
    { cause },
  );
}
