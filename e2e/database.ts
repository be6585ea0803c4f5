import { randomUUID } from "node:crypto";
import { Client, Pool, type QueryResultRow } from "pg";

/** Makes an empty database on the server at `adminUrl`; the launcher migrates it. */
export async function createEmptyDatabase(adminUrl: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `certsweep_e2e_${randomUUID().replaceAll("-", "")}`;
  await asAdmin(adminUrl, `create database ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => asAdmin(adminUrl, `drop database if exists ${name} with (force)`) };
}

async function asAdmin(adminUrl: string, statement: string): Promise<void> {
  const admin = new Client(adminUrl);
  await admin.connect();
  try {
    await admin.query(statement);
  } finally {
    await admin.end();
  }
}

export type Sql = {
  /** One statement, each inserted value a parameter; answers with the rows. */
  <Rows extends QueryResultRow[] = QueryResultRow[]>(
    words: TemplateStringsArray,
    ...values: readonly unknown[]
  ): Promise<Rows[number][]>;
  /** A statement as it is, with $1 for its first parameter; or several without parameters, which answer with nothing. */
  unsafe: <Rows extends QueryResultRow[] = QueryResultRow[]>(
    text: string,
    values?: unknown[],
  ) => Promise<Rows[number][]>;
};

let client: Sql | undefined;

/** The database of the server under test. */
export function sql(): Sql {
  client ??= openSql(setting("E2E_DATABASE_URL"));
  return client;
}

/** Another database; a session that is lost is opened anew by the next statement. */
export function openSql(connectionString: string): Sql & { close: () => Promise<void> } {
  const pool = new Pool({ connectionString, max: 2, idleTimeoutMillis: 5_000, allowExitOnIdle: true });
  // Whoever asks next is told; unheard, the event would end the worker.
  pool.on("error", () => undefined);
  const unsafe = async <Rows extends QueryResultRow[]>(text: string, values?: unknown[]) =>
    (await pool.query<Rows[number]>(text, values)).rows;
  const query = <Rows extends QueryResultRow[]>(words: TemplateStringsArray, ...values: readonly unknown[]) => {
    const text = words.reduce((before, word, index) => `${before}$${index}${word}`);
    return unsafe<Rows>(text, [...values]);
  };
  return Object.assign(query, { unsafe, close: () => pool.end() });
}

/** What the global setup tells the workers. */
export function setting(name: "E2E_DATABASE_URL" | "E2E_URL" | "E2E_ADMIN_URL" | "E2E_FILES_ROOT"): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run the journeys through e2e/playwright.config.ts`);
  return value;
}
