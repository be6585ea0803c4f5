import { createHash, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
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
  const admin = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  const name = `certsweep_test_${randomUUID().replaceAll("-", "")}`;
  const template = templateName();
  try {
    await admin`select pg_advisory_lock(7262811)`;
    const known = await admin`select 1 from pg_database where datname = ${template}`;
    if (known.length === 0) {
      await admin.unsafe(`create database ${template}_new`);
      await migrateAt(urlOf(adminUrl, `${template}_new`));
      await admin.unsafe(`alter database ${template}_new rename to ${template}`);
    }
    await admin.unsafe(`create database ${name} template ${template}`);
  } finally {
    await admin.end();
  }
  const drop = async () => {
    const client = postgres(adminUrl, { max: 1, onnotice: () => undefined });
    await client.unsafe(`drop database if exists ${name} with (force)`);
    await client.end();
  };
  return { url: urlOf(adminUrl, name), drop };
}

async function migrateAt(url: string): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => undefined });
  const { drizzle } = await import("drizzle-orm/postgres-js");
  await migrate(drizzle(client), { migrationsFolder });
  await client.end();
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
    database();
  });
  afterAll(async () => {
    await closeDatabase();
    await drop();
  });
}
