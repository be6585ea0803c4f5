import "server-only";
import { fillPlaceholders, type Query, type SQL } from "drizzle-orm";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { Pool } from "pg";
import { env } from "@/lib/env";
import { log } from "@/lib/log";

export type Database = NodePgDatabase;
export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];
/** What both a database and a transaction can do. */
export type Executor = Pick<Database, "select" | "insert" | "update" | "delete" | "execute" | "$with" | "with">;

declare global {
  var certsweepDatabase: { db: Database; pool: Pool; close: () => Promise<void> } | undefined;
}

function connect() {
  const pool = new Pool({
    connectionString: env().DATABASE_URL,
    max: 10,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 300_000,
    application_name: "certsweep",
  });
  // A session that PostgreSQL ends says so here too, and an error event that nobody hears would end the server. Whoever
  // used the session is told by the query.
  const noteLostSession = (error: Error) => {
    // A pool that is closed does not wait for its last goodbyes, and the database may be gone before them.
    if (!pool.ending) log.warn({ err: error }, "a database session was lost");
  };
  pool.on("error", noteLostSession);
  pool.on("connect", (client) => client.on("error", noteLostSession));
  return { db: drizzle(pool, { casing: "snake_case" }), pool, close: () => pool.end() };
}

/** The pool of this process. On globalThis because Next bundles pages, routes and instrumentation apart. */
export function database(): Database {
  return connection().db;
}

function connection() {
  globalThis.certsweepDatabase ??= connect();
  return globalThis.certsweepDatabase;
}

/**
 * A statement that comes again and again: its text is made once, and each session of the pool plans it once. A `name` stands
 * for one text in the whole program; the values are those of its placeholders.
 */
export function preparedStatement(
  name: string,
  statement: SQL,
): (values: Record<string, string | null>) => Promise<unknown[]> {
  let query: Query | undefined;
  return async (values) => {
    const { db, pool } = connection();
    query ??= db.execute(statement).getQuery();
    const { rows } = await pool.query({ name, text: query.sql, values: fillPlaceholders(query.params, values) });
    return rows;
  };
}

export async function closeDatabase(): Promise<void> {
  await globalThis.certsweepDatabase?.close();
  globalThis.certsweepDatabase = undefined;
}
