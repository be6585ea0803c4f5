import path from "node:path";
import { ensureBuild } from "./build.mjs";
import { completeSecrets, holdDataFolder } from "./data-folder.mjs";
import { startEmbedded } from "./embedded-database.mjs";
import { completeEnvironment, localUrl, readEnvironment, withEnvFile } from "./environment.mjs";
import { tryPort } from "./free-port.mjs";
import { ensurePackages } from "./install.mjs";
import { describe } from "./refusal.mjs";
import { refusePort, serve } from "./serve.mjs";
import { isStopping, onStop, stop, stopOnSignals } from "./stopping.mjs";

const ROOT = path.join(import.meta.dirname, "..");

/**
 * Everything between a fresh checkout and a running console. Ends the process with code 1 and one sentence when it cannot.
 * @param {{ dev: boolean }} options `dev`: hot reload instead of a build
 */
export async function launch({ dev }) {
  stopOnSignals(0);
  try {
    await start(dev);
  } catch (error) {
    // What a stop interrupts fails, and that is no news.
    if (!isStopping()) console.error(describe(error));
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
  await ensurePackages(ROOT);
  const databaseUrl = settings.databaseUrl ?? (await startEmbedded(settings.dataFolder, onDatabaseLost));
  const { migrateDatabase } = await import("./migrate.mjs");
  await migrateDatabase(databaseUrl, ROOT);
  const url = settings.url ?? localUrl(settings.host, port);
  replaceEnvironment(completeEnvironment(process.env, { ...secrets, databaseUrl, url, port, dev }));
  if (!dev) await ensureBuild(ROOT, process.env);
  await serve({ root: ROOT, dev, host: settings.host, port });
  onStop(lock.sayStopping);
  if (!isStopping()) console.log(`Certsweep is ready at ${url}`);
}

// Before the long steps, so that a busy port is said at once.
async function choosePort({ host, port }) {
  const found = await tryPort(port, host);
  if (found.code) throw refusePort(found.code, host, port);
  return found.port;
}

function onDatabaseLost(forGood) {
  if (!forGood) return console.error("The embedded PostgreSQL ended unexpectedly: starting it again.");
  console.error("The embedded PostgreSQL cannot be started again (see postgres.log in the data folder): stopping.");
  void stop(1);
}

function replaceEnvironment(env) {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
}
