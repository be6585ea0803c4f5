import { spawn } from "node:child_process";
import path from "node:path";
import { completeSecrets, tryDataFolder } from "./data-folder.mjs";
import { startEmbedded } from "./embedded-database.mjs";
import { completeEnvironment, localUrl, readEnvironment, withEnvFile } from "./environment.mjs";
import { ensurePackages } from "./install.mjs";
import { runningClusterUrl } from "./postgres-cluster.mjs";
import { describe, Refusal } from "./refusal.mjs";
import { onStop, stop, stopOnSignals } from "./stopping.mjs";

const ROOT = path.join(import.meta.dirname, "..");

/**
 * Runs a program for operators with the words of the command line, beside a running server or without one, and ends this
 * process with its exit code.
 * @param {string} program its file, from the project's folder
 * @param {(settings: object, run: () => Promise<number>) => Promise<number>} [around] what has to happen before and after it
 */
export async function runForOperator(program, around = (_settings, run) => run()) {
  stopOnSignals(130);
  try {
    await stop(await prepareAndRun(program, process.argv.slice(2), around));
  } catch (error) {
    console.error(describe(error));
    await stop(1);
  }
}

async function prepareAndRun(program, args, around) {
  const given = withEnvFile(process.env, ROOT);
  const settings = readEnvironment(given, ROOT);
  await ensurePackages(ROOT);
  const databaseUrl = settings.databaseUrl ?? (await embeddedUrl(settings.dataFolder));
  const { migrateDatabase } = await import("./migrate.mjs");
  await migrateDatabase(databaseUrl, ROOT);
  return around(settings, async () => {
    const secrets = await completeSecrets(settings);
    const url = settings.url ?? localUrl(settings.host, settings.port);
    const env = completeEnvironment(given, { ...secrets, databaseUrl, url, port: settings.port, dev: false });
    return runProgram(program, args, env);
  });
}

async function embeddedUrl(folder) {
  const lock = await tryDataFolder(folder);
  if (!lock.owner) {
    onStop(lock.release);
    return startEmbedded(folder, () => {});
  }
  const running = runningClusterUrl(folder, "certsweep");
  if (running === null) throw new Refusal("Certsweep is just starting for the first time: try again when it is ready.");
  return running;
}

function runProgram(program, args, env) {
  // The condition makes `server-only` the empty module that it is on the server.
  const options = ["--conditions=react-server", "--import", "tsx", path.join(ROOT, program)];
  const child = spawn(process.execPath, [...options, ...args], { cwd: ROOT, env, stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
