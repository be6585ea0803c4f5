import { createHash, randomBytes, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import { Client } from "pg";
import { afterAll, beforeAll } from "vitest";
import { closeDatabase, database } from "./client";

const migrationsFolder = path.join(import.meta.dirname, "migrations");

/** The template has the name of its migrations, so that files that run at once make it once. */
function templateName(): string {
  const hash = createHash("sha256");
  for (const file of readdirSync(migrationsFolder).sort()) {
    if (file.endsWith(".sql")) hash.update(readFileSync(path.join(migrationsFolder, file)));
  }
  return `certsweep_template_${hash.digest("hex").slice(0, 12)}`;
}

function urlOf(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Makes an empty, migrated database on the server at `adminUrl` and answers with its address. */
export async function createDatabase(adminUrl: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `certsweep_test_${randomUUID().replaceAll("-", "")}`;
  const template = templateName();
  await withClient(adminUrl, async (admin) => {
    await admin.query("select pg_advisory_lock(7262811)");
    const { rows } = await admin.query("select 1 from pg_database where datname = $1", [template]);
    if (rows.length === 0) {
      await admin.query(`create database ${template}_new`);
      await withClient(urlOf(adminUrl, `${template}_new`), (made) => migrate(drizzle(made), { migrationsFolder }));
      await admin.query(`alter database ${template}_new rename to ${template}`);
    }
    await admin.query(`create database ${name} template ${template}`);
  });
  const drop = () =>
    withClient(adminUrl, async (admin) => {
      await admin.query(`drop database if exists ${name} with (force)`);
    });
  return { url: urlOf(adminUrl, name), drop };
}

async function withClient(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client(url);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** Gives the test file a database of its own, which `database()` then is, and drops it at the end. */
export function useTestDatabase(): void {
  let drop = async () => {};
  beforeAll(async () => {
    const adminUrl = process.env.TEST_DATABASE_URL;
    if (adminUrl === undefined)
      throw new Error("TEST_DATABASE_URL is not set: run the tests through vitest's globalSetup");
    const made = await createDatabase(adminUrl);
    drop = made.drop;
    process.env.DATABASE_URL = made.url;
    process.env.CERTSWEEP_SECRET ??= "a secret for tests only, 32 characters or more";
    process.env.CERTSWEEP_ENCRYPTION_KEY ??= randomBytes(32).toString("base64");
    database();
  });
  afterAll(async () => {
    await closeDatabase();
    await drop();
  });
}

/** What an operator may have done to the database. A session knows of it from its beginning, so all begin anew. */
export async function setTimeZone(zone: string): Promise<void> {
  const url = process.env.DATABASE_URL ?? "";
  await withClient(url, async (client) => {
    await client.query(`alter database ${new URL(url).pathname.slice(1)} set timezone = '${zone}'`);
  });
  await closeDatabase();
}
