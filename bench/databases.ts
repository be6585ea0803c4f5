import path from "node:path";
import { Client } from "pg";
import { z } from "zod";
import { migrateDatabase } from "../scripts/migrate.mjs";

const ROOT = path.join(import.meta.dirname, "..");

const given = z.object({ BENCH_SERVER_URL: z.url(), BENCH_PREFIX: z.string().regex(/^certsweep_bench_[0-9a-f]{8}$/) });

/** A database that this run has made; what is not dropped goes when the run ends. */
export type BenchDatabase = { name: string; url: string };

let made = 0;

/** Makes an empty database on the run's server, brought to the present shape by the real migrations. */
export async function createMigrated(database: BenchDatabase): Promise<void> {
  await onServer((server) => server.query(`create database ${database.name}`));
  await migrateDatabase(database.url, ROOT);
}

/** A copy of a database to which nobody is connected, file by file; all copies are made alike and start on a checkpoint. */
export async function copyDatabase(template: BenchDatabase, label: string): Promise<BenchDatabase> {
  const copy = named(label);
  await onServer(async (server) => {
    await server.query("checkpoint").catch(tolerateRights);
    const { rows } = await server.query("select current_setting('server_version_num')::int >= 150000 as has_strategy");
    const strategy = rows[0]?.has_strategy === true ? "strategy file_copy" : "";
    await server.query(`create database ${copy.name} template ${template.name} ${strategy}`);
    await server.query("checkpoint").catch(tolerateRights);
  });
  return copy;
}

export async function dropDatabase({ name }: BenchDatabase): Promise<void> {
  await onServer((server) => server.query(`drop database if exists ${name} with (force)`));
}

/** Runs work on one connection of a database. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, application_name: "certsweep bench" });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function named(label: string): BenchDatabase {
  made += 1;
  return databaseNamed(`${process.pid}_${made}_${label}`);
}

/** A database of this run, whether it is there already or not. */
export function databaseNamed(label: string): BenchDatabase {
  const { BENCH_SERVER_URL, BENCH_PREFIX } = given.parse(process.env);
  const name = `${BENCH_PREFIX}_${label}`;
  const url = new URL(BENCH_SERVER_URL);
  url.pathname = `/${name}`;
  return { name, url: url.href };
}

/** Runs work on a connection for administration. */
export function onServer<T>(work: (server: Client) => Promise<T>): Promise<T> {
  return withClient(given.parse(process.env).BENCH_SERVER_URL, work);
}

// Only superusers may ask for a checkpoint; elsewhere the server makes its own.
function tolerateRights(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "42501")) throw error;
}
