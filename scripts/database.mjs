import { setTimeout as sleep } from "node:timers/promises";
import { Client, escapeIdentifier } from "pg";
import { Refusal } from "./refusal.mjs";

const OLDEST = 140_000;

// What TLS says of a certificate that this machine does not believe.
const UNTRUSTED = [
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "CERT_HAS_EXPIRED",
  "ERR_TLS_CERT_ALTNAME_INVALID",
];

const UNREACHABLE = {
  ECONNREFUSED: "nothing answers there",
  ENOTFOUND: "its host name is unknown",
  EAI_AGAIN: "its host name cannot be looked up",
  ETIMEDOUT: "it does not answer",
  EHOSTUNREACH: "its host cannot be reached",
  ENETUNREACH: "its network cannot be reached",
  ECONNRESET: "it closed the connection",
  EPIPE: "it closed the connection",
  "28P01": "it refuses the password",
  28000: "it refuses this user",
  "3D000": "it has no such database",
  53300: "it has no connection left",
  "57P01": "it closed the connection",
  "57P02": "it closed the connection",
  "57P03": "it is still starting or shutting down",
  ...Object.fromEntries(UNTRUSTED.map((code) => [code, "its certificate for TLS is not trusted"])),
};

// What the driver says of itself has no code.
const UNREACHABLE_WORDS = [
  [/^timeout expired/, "it does not answer"],
  [/^(Connection terminated|Client has encountered a connection error)/, "it closed the connection"],
  [/client password must be/, "it asks for a password"],
  [/server does not support SSL/, "it does not offer TLS"],
  [/received invalid response|error establishing an SSL connection/, "what answers there is not PostgreSQL"],
];

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

/**
 * Runs work on one connection of the database and turns what can go wrong on the way there into one sentence.
 * @param {string} url
 * @param {(client: import("pg").Client) => Promise<T>} work
 * @returns {Promise<T>}
 * @template T
 */
export async function withDatabase(url, work) {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A session that ends is told to the query that waits; the event would end the process if nobody heard it.
  client.on("error", () => {});
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw explain(error, url);
  } finally {
    // A database that is gone never says goodbye.
    await Promise.race([client.end(), sleep(2_000, undefined, { ref: false })]);
  }
}

/** Refuses what is older than PostgreSQL 14. */
export async function checkVersion(client) {
  const { rows } = await client.query(
    "select current_setting('server_version_num')::int as number, current_setting('server_version') as name",
  );
  refuseOld(rows[0].number, rows[0].name);
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
  await withDatabase(adminUrl, async (client) => {
    const { rows } = await client.query("select 1 from pg_database where datname = $1", [name]);
    if (rows.length === 0) await client.query(`create database ${escapeIdentifier(name)}`);
  });
}

function explain(failure, url) {
  if (failure instanceof Refusal) return failure;
  // drizzle wraps what the database said; a host with several addresses fails once for each.
  const error = failure.cause ?? failure;
  const place = describePlace(url);
  const reason = UNREACHABLE[error.code] ?? UNREACHABLE[error.errors?.[0]?.code] ?? reasonInWords(error);
  if (reason) return new Refusal(`The database at ${place} cannot be used: ${reason}.`, { cause: error });
  const refused = REFUSED[error.code];
  return refused ? new Refusal(`${refused} (${place}): ${error.message}.`, { cause: error }) : failure;
}

function reasonInWords({ code, message }) {
  return code ? undefined : UNREACHABLE_WORDS.find(([words]) => words.test(message))?.[1];
}

function describePlace(url) {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}:${port || 5432}${pathname}`;
}
