import { escapeIdentifier } from "pg";
import { checkVersion, withDatabase } from "../scripts/database.mjs";
import { Refusal } from "../scripts/refusal.mjs";

/** Refuses a server on which the benchmarks could not make databases of their own. */
export async function checkServer(url) {
  await withDatabase(url, async (client) => {
    await checkVersion(client);
    const { rows } = await client.query(
      "select rolcreatedb or rolsuper as may_create from pg_roles where rolname = current_user",
    );
    if (!rows[0].may_create) throw new Refusal("The benchmarks make databases of their own, and this user may not.");
  });
}

/** Drops what a run of the benchmarks has made. */
export async function sweepDatabases(url, prefix) {
  await withDatabase(url, async (client) => {
    const { rows } = await client.query("select datname from pg_database where starts_with(datname, $1)", [prefix]);
    for (const { datname } of rows) {
      await client.query(`drop database if exists ${escapeIdentifier(datname)} with (force)`);
    }
  });
}
