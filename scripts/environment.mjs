import fs from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";
import { Refusal } from "./refusal.mjs";

/**
 * Reads every environment variable that Certsweep knows. A file `.env` in the project counts where the process says nothing.
 * @param {Record<string, string | undefined>} env
 * @param {string} root the project's folder; relative paths start there
 * @returns settings with null where the launcher has to find a value
 * @throws {Refusal} naming the variable that is wrong, never its value when that is a secret
 */
export function readEnvironment(env, root) {
  const read = (name) => env[name]?.trim() || null;
  checkTogether(read, ["CERTSWEEP_ADMIN_EMAIL", "CERTSWEEP_ADMIN_PASSWORD"]);
  checkTogether(read, ["CERTSWEEP_OIDC_ISSUER", "CERTSWEEP_OIDC_CLIENT_ID", "CERTSWEEP_OIDC_CLIENT_SECRET"]);
  checkUrl(read("CERTSWEEP_OIDC_ISSUER"), "CERTSWEEP_OIDC_ISSUER");
  checkRole(read("CERTSWEEP_OIDC_DEFAULT_ROLE"));
  readEncryptionKey(read("CERTSWEEP_ENCRYPTION_KEY_PREVIOUS"), "CERTSWEEP_ENCRYPTION_KEY_PREVIOUS");
  return {
    port: readPort(read("PORT") ?? "3000"),
    host: readHost(read("HOST") ?? "127.0.0.1"),
    url: checkUrl(read("CERTSWEEP_URL"), "CERTSWEEP_URL"),
    databaseUrl: readDatabaseUrl(read("DATABASE_URL")),
    dataFolder: path.resolve(root, read("CERTSWEEP_DATA_DIR") ?? ".data"),
    secret: readSecret(read("CERTSWEEP_SECRET")),
    encryptionKey: readEncryptionKey(read("CERTSWEEP_ENCRYPTION_KEY"), "CERTSWEEP_ENCRYPTION_KEY"),
  };
}

/** Adds the variables of the project's `.env`, if it has one, to those that the process was given. */
export function withEnvFile(env, root) {
  const file = path.join(root, ".env");
  return fs.existsSync(file) ? { ...parseEnv(fs.readFileSync(file, "utf8")), ...env } : env;
}

/**
 * What the server's own code reads (lib/env.ts), and what Next and its parts want to know: `env` with every gap filled.
 * A variable that is set to nothing counts as not set.
 */
export function completeEnvironment(env, { secret, encryptionKey, keyFolder, databaseUrl, url, port, dev }) {
  const given = Object.entries(env).filter(([name, value]) => !name.startsWith("CERTSWEEP_") || value.trim() !== "");
  return {
    ...Object.fromEntries(given),
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    CERTSWEEP_URL: url,
    CERTSWEEP_SECRET: secret,
    CERTSWEEP_ENCRYPTION_KEY: encryptionKey,
    // Never the operator's: it says that the key was generated, and where it lies.
    CERTSWEEP_KEY_FOLDER: keyFolder ?? "",
    NEXTAUTH_URL: url,
    NEXTAUTH_SECRET: secret,
    AUTH_TRUST_HOST: "1",
    NEXT_TELEMETRY_DISABLED: "1",
    NODE_ENV: dev ? "development" : "production",
  };
}

/** The address people type: a server on all interfaces is still reached by one name. */
export function localUrl(host, port) {
  const name = host === "0.0.0.0" || host === "::" ? "localhost" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

/** A key of AES-256: 32 bytes in base64. `place` names where it came from. */
export function readEncryptionKey(value, place) {
  if (value === null) return null;
  if (!/^[A-Za-z0-9+/]{43}=$/.test(value)) throw new Refusal(`${place} must be 32 bytes in base64 (44 characters).`);
  return value;
}

function readPort(value) {
  const port = Number(value);
  if (!/^\d{1,5}$/.test(value) || port > 65535)
    throw new Refusal(`PORT must be a number from 0 to 65535, not "${value}".`);
  return port;
}

function readHost(value) {
  if (!/^[A-Za-z0-9.:_-]+$/.test(value))
    throw new Refusal(`HOST must be a host name or an IP address, not "${value}".`);
  return value;
}

function readSecret(value) {
  if (value !== null && value.length < 32) throw new Refusal("CERTSWEEP_SECRET must have at least 32 characters.");
  return value;
}

function checkUrl(value, name) {
  if (value === null) return null;
  if (!/^https?:\/\//.test(value) || !URL.canParse(value))
    throw new Refusal(`${name} must be an http or https address, not "${value}".`);
  return value.replace(/\/+$/, "");
}

function readDatabaseUrl(value) {
  if (value === null) return null;
  if (!/^postgres(ql)?:\/\//.test(value) || !URL.canParse(value)) {
    throw new Refusal("DATABASE_URL must look like postgres://user:password@host:5432/database.");
  }
  return value;
}

function checkRole(value) {
  if (value === null || ["viewer", "member", "admin"].includes(value)) return;
  throw new Refusal(`CERTSWEEP_OIDC_DEFAULT_ROLE must be viewer, member or admin, not "${value}".`);
}

function checkTogether(read, names) {
  const missing = names.filter((name) => read(name) === null);
  if (missing.length > 0 && missing.length < names.length) {
    throw new Refusal(`${names.join(", ")} only work together, and ${missing.join(", ")} is missing.`);
  }
}
