import { randomUUID } from "node:crypto";
import postgres from "postgres";

/** Makes an empty database on the server at `adminUrl`; the launcher migrates it. */
export async function createEmptyDatabase(adminUrl: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `certsweep_e2e_${randomUUID().replaceAll("-", "")}`;
  await asAdmin(adminUrl, `create database ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => asAdmin(adminUrl, `drop database if exists ${name} with (force)`) };
}

async function asAdmin(adminUrl: string, statement: string): Promise<void> {
  const admin = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  try {
    await admin.unsafe(statement);
  } finally {
    await admin.end();
  }
}

let client: postgres.Sql | undefined;

/** The database of the server under test. */
export function sql(): postgres.Sql {
  client ??= postgres(setting("E2E_DATABASE_URL"), { max: 2, idle_timeout: 5, onnotice: () => undefined });
  return client;
}

/** What the global setup tells the workers. */
export function setting(name: "E2E_DATABASE_URL" | "E2E_URL" | "E2E_ADMIN_URL"): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run the journeys through e2e/playwright.config.ts`);
  return value;
}
