import path from "node:path";
import { buildApplication, hashSources, isBuilt } from "./build.mjs";
import { completeSecrets, holdDataFolder } from "./data-folder.mjs";
import { localUrl, readEnvironment, withEnvFile } from "./environment.mjs";
import { tryPort } from "./free-port.mjs";
import { installPackages, isInstalled } from "./install.mjs";
import { prepareOnce } from "./prepare-lock.mjs";
import { describe } from "./refusal.mjs";
import { refusePort, serve } from "./serve.mjs";
import { onStop, stop, stopOnSignals } from "./stopping.mjs";

const ROOT = path.join(import.meta.dirname, "..");

/**
 * Everything between a fresh checkout and a running console. Ends the process with code 1 and one sentence when it cannot.
 * @param {{ dev: boolean }} options `dev`: hot reload instead of a build
 */
export async function launch({ dev }) {
  stopOnSignals();
  try {
    await start(dev);
  } catch (error) {
    console.error(describe(error));
    await stop(1);
  }
}

async function start(dev) {
  Object.assign(process.env, withEnvFile(process.env, ROOT));
  const settings = readEnvironment(process.env, ROOT);
  const lock = await holdDataFolder(settings.dataFolder);
  onStop(lock.release);
  const port = await choosePort(settings);
  const secrets = await completeSecrets(settings);
  await prepareOnce(
    ROOT,
    () => isInstalled(ROOT),
    () => installPackages(ROOT),
  );
  const databaseUrl = settings.databaseUrl ?? (await startEmbedded(settings.dataFolder));
  const { migrateDatabase } = await import("./migrate.mjs");
  await migrateDatabase(databaseUrl, ROOT);
  const url = settings.url ?? localUrl(settings.host, port);
  completeEnvironment({ ...secrets, databaseUrl, url, port, dev });
  if (!dev)
    await prepareOnce(
      ROOT,
      () => isBuilt(ROOT, hashSources(ROOT)),
      () => buildApplication(ROOT, process.env),
    );
  await serve({ root: ROOT, dev, host: settings.host, port });
  onStop(lock.sayStopping);
  console.log(`Certsweep is ready at ${url}`);
}

// Before the long steps, so that a busy port is said at once.
async function choosePort({ host, port }) {
  const found = await tryPort(port, host);
  if (found.code) throw refusePort(found.code, host, port);
  return found.port;
}

async function startEmbedded(folder) {
  const { startPostgres } = await import("./embedded-postgres.mjs");
  const { ensureDatabase } = await import("./database.mjs");
  const postgres = await startPostgres({ folder, onLost: onDatabaseLost });
  onStop(postgres.stop);
  await ensureDatabase(postgres.adminUrl, "certsweep");
  return postgres.url;
}

function onDatabaseLost(forGood) {
  if (!forGood) return console.error("The embedded PostgreSQL ended unexpectedly: starting it again.");
  console.error("The embedded PostgreSQL cannot be started again (see postgres.log in the data folder): stopping.");
  void stop(1);
}

// What the server's own code reads (lib/env.ts), and what Next and its parts want to know.
function completeEnvironment({ secret, encryptionKey, databaseUrl, url, port, dev }) {
  Object.assign(process.env, {
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    CERTSWEEP_URL: url,
    CERTSWEEP_SECRET: secret,
    CERTSWEEP_ENCRYPTION_KEY: encryptionKey,
    NEXTAUTH_URL: url,
    NEXTAUTH_SECRET: secret,
    AUTH_TRUST_HOST: "1",
    NEXT_TELEMETRY_DISABLED: "1",
    NODE_ENV: dev ? "development" : "production",
  });
}
