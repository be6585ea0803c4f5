import postgres from "postgres";
import { Refusal } from "./refusal.mjs";

const OLDEST = 140_000;

const UNREACHABLE = {
  ECONNREFUSED: "nothing answers there",
  ENOTFOUND: "its host name is unknown",
  EAI_AGAIN: "its host name cannot be looked up",
  CONNECT_TIMEOUT: "it does not answer",
  CONNECTION_CLOSED: "it closed the connection",
  CONNECTION_ENDED: "it closed the connection",
  ETIMEDOUT: "it does not answer",
  EHOSTUNREACH: "its host cannot be reached",
  ENETUNREACH: "its network cannot be reached",
  ECONNRESET: "it closed the connection",
  "28P01": "it refuses the password",
  28000: "it refuses this user",
  "3D000": "it has no such database",
  53300: "it has no connection left",
  "57P03": "it is still starting or shutting down",
};

const REFUSED = {
  42501: "The database user may not set up Certsweep's tables",
  25006: "The database is read-only",
  53100: "The database has run out of disk space",
  "55P03": "The database is too busy to be brought up to date, so try again",
};

/** Whether a code of the database has its own sentence. */
export function isExplained(code) {
  return code in REFUSED || code in UNREACHABLE;
}

/** One connection for the launcher's own few statements, silent about notices. */
function connect(url) {
  return postgres(url, { max: 1, connect_timeout: 10, onnotice: () => {} });
}

/**
 * Runs work on one connection of the database and turns what can go wrong on the way there into one sentence.
 * @param {string} url
 * @param {(sql: import("postgres").Sql) => Promise<T>} work
 * @returns {Promise<T>}
 * @template T
 */
export async function withDatabase(url, work) {
  const sql = connect(url);
  try {
    return await work(sql);
  } catch (error) {
    throw explain(error, url);
  } finally {
    await sql.end({ timeout: 2 });
  }
}

/** Refuses what is older than PostgreSQL 14. */
export async function checkVersion(sql) {
  const [{ number, name }] = await sql`
    select current_setting('server_version_num')::int as number, current_setting('server_version') as name`;
  refuseOld(number, name);
}

/**
 * @param {number} number as PostgreSQL counts: 140005 is 14.5
 * @param {string} name
 */
export function refuseOld(number, name) {
  if (number < OLDEST) throw new Refusal(`The database is PostgreSQL ${name}, and Certsweep needs 14 or newer.`);
}

/** The embedded cluster's own database, made on its first start. */
export async function ensureDatabase(adminUrl, name) {
  await withDatabase(adminUrl, async (sql) => {
    const found = await sql`select from pg_database where datname = ${name}`;
    if (found.count === 0) await sql`create database ${sql(name)}`;
  });
}

function explain(failure, url) {
  if (failure instanceof Refusal) return failure;
  // drizzle wraps what the database said; a host with several addresses fails once for each.
  const error = failure.cause?.code ? failure.cause : failure;
  const place = describePlace(url);
  const reason = UNREACHABLE[error.code] ?? UNREACHABLE[error.errors?.[0]?.code];
  if (reason) return new Refusal(`The database at ${place} cannot be used: ${reason}.`, { cause: error });
  const refused = REFUSED[error.code];
  return refused ? new Refusal(`${refused} (${place}): ${error.message}.`, { cause: error }) : failure;
}

function describePlace(url) {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}:${port || 5432}${pathname}`;
}
