import { spawn } from "node:child_process";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./free-port.mjs";
import { openLog } from "./log-file.mjs";
import { program } from "./postgres-binaries.mjs";
import { clusterUrl, POSTGRES_ENV, prepareCluster, rememberPort } from "./postgres-cluster.mjs";
import { endOrphan } from "./postgres-orphan.mjs";
import { postgresSettings } from "./postgres-settings.mjs";
import { Refusal } from "./refusal.mjs";

const READY = "database system is ready to accept connections";
// What a crash leaves behind goes away by itself: backends of a killed server, a port still in use.
const PASSING = /shared memory block .* is still in use|could not bind|lock file ".*" already exists/;
const RETRY_MS = 15_000;

/**
 * Starts the data folder's PostgreSQL as a child of this process and keeps it running.
 * @param {object} options
 * @param {string} options.folder data folder, held by the caller
 * @param {string[]} [options.settings] more `name=value` settings of PostgreSQL
 * @param {(died: boolean) => void} [options.onLost] told when it died: true when it could not be started again
 * @returns {Promise<{ url: string, adminUrl: string, directory: string, pid: () => number, stop: () => Promise<void> }>}
 * @throws {Refusal}
 */
export async function startPostgres({ folder, settings = [], onLost = () => {} }) {
  const cluster = await prepareCluster(folder);
  const log = openLog(path.join(folder, "postgres.log"));
  await endOrphan(cluster.directory);
  const port = await freePort(cluster.port);
  if (port !== cluster.port) rememberPort(cluster, port);
  const run = { cluster, port, settings, log, stopping: false, child: null, onLost };
  process.once("exit", () => run.child?.kill("SIGINT"));
  await startServer(run);
  return {
    url: clusterUrl({ ...cluster, port }, "certsweep"),
    adminUrl: clusterUrl({ ...cluster, port }, "postgres"),
    directory: cluster.directory,
    pid: () => run.child.pid,
    stop: () => stopServer(run),
  };
}

async function startServer(run) {
  const begun = Date.now();
  for (;;) {
    const { child, output } = await tryServer(run);
    if (child !== null) {
      run.child = child;
      child.once("exit", () => revive(run));
      return;
    }
    if (!PASSING.test(output) || Date.now() - begun > RETRY_MS || run.stopping) throw refusal(output, run.cluster);
    await sleep(250);
  }
}

// Detached, since Ctrl-C reaches every process of the terminal's group and the database must outlast the last request.
function tryServer({ cluster, port, settings, log }) {
  const own = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=100", `port=${port}`];
  const options = [...own, ...postgresSettings(), "log_line_prefix=%m [%p] ", ...settings].flatMap((setting) => [
    "-c",
    setting,
  ]);
  const child = spawn(program(cluster.programs, "postgres"), ["-D", cluster.directory, ...options], {
    ...cluster.account,
    env: POSTGRES_ENV,
    cwd: path.parse(cluster.directory).root,
    stdio: ["ignore", "ignore", "pipe"],
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  let output = "";
  child.stderr.setEncoding("utf8");
  return new Promise((resolve) => {
    child.stderr.on("data", (text) => {
      log(text);
      if (output === null) return;
      output += text;
      if (!output.includes(READY)) return;
      output = null;
      resolve({ child });
    });
    child.once("error", (error) => resolve({ child: null, output: error.message }));
    child.once("close", () => resolve({ child: null, output }));
  });
}

async function revive(run) {
  if (run.stopping) return;
  run.onLost(false);
  try {
    await startServer(run);
    if (run.stopping) await endChild(run.child);
  } catch (error) {
    run.log(`${error.message}\n`);
    run.onLost(true);
  }
}

function stopServer(run) {
  run.stopping = true;
  return endChild(run.child);
}

// SIGINT is PostgreSQL's fast shutdown: sessions end, everything is written.
async function endChild(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGINT");
  const limit = setTimeout(() => child.kill("SIGQUIT"), 15_000);
  await gone;
  clearTimeout(limit);
}

function refusal(output, { directory }) {
  const fatal = /(?:FATAL|PANIC): {2}(.*)/.exec(output)?.[1] ?? output.trim().split("\n").at(-1);
  if (/No space left on device/.test(output)) {
    return new Refusal(`The database in ${directory} cannot start: its disk is full. Free some space and start again.`);
  }
  return new Refusal(`The database in ${directory} did not start: ${fatal} (see postgres.log in the data folder).`);
}
