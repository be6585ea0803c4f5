import "server-only";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { env } from "@/lib/env";

export type Database = PostgresJsDatabase;
/** What both a database and a transaction can do. */
export type Executor = Pick<Database, "select" | "insert" | "update" | "delete" | "execute" | "$with" | "with">;

declare global {
  var certsweepDatabase: { db: Database; close: () => Promise<void> } | undefined;
}

function connect() {
  const client = postgres(env().DATABASE_URL, {
    max: 10,
    connect_timeout: 10,
    idle_timeout: 300,
    onnotice: () => undefined,
    connection: { application_name: "certsweep", TimeZone: "UTC" },
  });
  return { db: drizzle(client, { casing: "snake_case" }), close: () => client.end({ timeout: 5 }) };
}

/** The pool of this process. On globalThis because Next bundles pages, routes and instrumentation apart. */
export function database(): Database {
  globalThis.certsweepDatabase ??= connect();
  return globalThis.certsweepDatabase.db;
}

export async function closeDatabase(): Promise<void> {
  await globalThis.certsweepDatabase?.close();
  globalThis.certsweepDatabase = undefined;
}
