import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processCommand, processIdentity } from "./process-identity.mjs";

const FAST_MS = 10_000;
const IMMEDIATE_MS = 5_000;

/**
 * Ends the PostgreSQL that a killed launcher left on this cluster, so that every server is a child of its own launcher.
 * The caller holds the data folder, so nobody else can want it.
 */
export async function endOrphan(directory) {
  const pid = orphanOf(directory);
  if (pid === null) return;
  process.kill(pid, "SIGINT");
  if (await ended(pid, FAST_MS)) return;
  process.kill(pid, "SIGQUIT");
  if (await ended(pid, IMMEDIATE_MS)) return;
  process.kill(pid, "SIGKILL");
  await ended(pid, IMMEDIATE_MS);
}

/** The process that PostgreSQL's own lock file names, when it still is PostgreSQL on this cluster. */
function orphanOf(directory) {
  const file = path.join(directory, "postmaster.pid");
  if (!fs.existsSync(file)) return null;
  const pid = Number(fs.readFileSync(file, "utf8").split("\n")[0]);
  if (!(pid > 0) || processIdentity(pid) === null) return null;
  if (process.platform === "win32" || processCommand(pid).includes(directory)) return pid;
  // The id went to a stranger, which PostgreSQL itself would take for a running server.
  fs.rmSync(file);
  return null;
}

async function ended(pid, limitMs) {
  for (let waited = 0; waited < limitMs; waited += 20) {
    if (processIdentity(pid) === null) return true;
    await sleep(20);
  }
  return false;
}
