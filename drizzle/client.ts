import "server-only";
import { fillPlaceholders, type Query, type SQL } from "drizzle-orm";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { Pool, type PoolClient } from "pg";
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

type Values = Record<string, string | number | null>;

/**
 * A statement that comes again and again: its text is made once, and each session of the pool plans it once. A `name` stands
 * for one text in the whole program; the values are those of its placeholders. It is sent on any session, or on the one given.
 */
export function preparedStatement(
  name: string,
  statement: SQL,
): (values: Values, session?: Session) => Promise<unknown[]> {
  let query: Query | undefined;
  return async (values, session) => {
    const { db, pool } = connection();
    query ??= db.execute(statement).getQuery();
    const asked = { name, text: query.sql, values: fillPlaceholders(query.params, values) };
    const { rows } = await (session ?? pool).query(asked);
    return rows;
  };
}

/** A session in a transaction. */
type Session = Pick<PoolClient, "query">;

/** A transaction of prepared statements: committed when `work` answers something, undone when it answers null or throws. */
export async function inTransaction<Answer>(
  work: (session: Session) => Promise<Answer | null>,
): Promise<Answer | null> {
  const session = await connection().pool.connect();
  let lost: Error | undefined;
  try {
    await session.query("begin");
    const answer = await work(session);
    await session.query(answer === null ? "rollback" : "commit");
    return answer;
  } catch (error) {
    // A session that cannot even undo is not given back to the pool.
    await session.query("rollback").catch((cause: Error) => {
      lost = cause;
    });
    throw error;
  } finally {
    session.release(lost);
  }
}

export async function closeDatabase(): Promise<void> {
  await globalThis.certsweepDatabase?.close();
  globalThis.certsweepDatabase = undefined;
}
