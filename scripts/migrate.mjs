import fs from "node:fs";
import path from "node:path";
import { readMigrationFiles } from "drizzle-orm/migrator";
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
    // All of it is one transaction: a pooler that lends a session for a transaction at a time keeps the lock with it.
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock($1)", [LOCK]);
    // A change that cannot get its table soon would make every later query of a running server wait behind it.
    await client.query("set local lock_timeout = '30s'");
    await applyMissing(client, readMigrationFiles({ migrationsFolder })).catch(refuseMigration);
    await client.query("commit");
  });
}

// The same table and the same order as drizzle's own migrator, which the tests use.
async function applyMissing(client, migrations) {
  await client.query("create schema if not exists drizzle");
  await client.query(
    "create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)",
  );
  const { rows } = await client.query("select max(created_at) as latest from drizzle.__drizzle_migrations");
  const missing = migrations.filter(({ folderMillis }) => folderMillis > Number(rows[0].latest ?? 0));
  for (const { sql, hash, folderMillis } of missing) {
    for (const statement of sql) await client.query(statement);
    await client.query("insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2)", [
      hash,
      folderMillis,
    ]);
  }
}

// Nothing is kept of a migration that failed. What the database says of itself (rights, space) is explained by the caller.
function refuseMigration(error) {
  const cause = error.cause ?? error;
  if (!cause.severity || isExplained(cause.code)) throw error;
  throw new Refusal(
    `The database could not be brought to this version's shape, and nothing was changed: ${cause.message}.`,
    { cause },
  );
}
