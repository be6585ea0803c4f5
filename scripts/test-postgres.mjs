import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { startPostgres } from "./embedded-postgres.mjs";
import { takeLock } from "./lock.mjs";
import { endOrphan } from "./postgres-orphan.mjs";

const PREFIX = "certsweep-test-";
// Nothing in it outlives the run, so it need not survive a power cut.
const FAST = [
  "fsync=off",
  "synchronous_commit=off",
  "full_page_writes=off",
  "max_connections=200",
  "shared_buffers=64MB",
];

/**
 * Starts an empty PostgreSQL for one run of the tests, in a temporary folder.
 * @param {string[]} [settings] `name=value` settings of PostgreSQL, in place of the fast ones
 * @returns {Promise<{ adminUrl: string, stop: () => Promise<void> }>} `stop` also removes every trace
 */
export async function startTestPostgres(settings = FAST) {
  await removeAbandoned();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), PREFIX));
  if (process.getuid?.() === 0) fs.chmodSync(folder, 0o711);
  const lock = await takeLock(path.join(folder, "lock"));
  const postgres = await startPostgres({ folder, settings });
  const stop = async () => {
    await postgres.stop();
    lock.release();
    remove(folder, postgres.directory);
  };
  return { adminUrl: postgres.adminUrl, stop };
}

let running = null;

/** For vitest: gives the tests a database server, unless TEST_DATABASE_URL already names one. */
export async function setup() {
  if (process.env.TEST_DATABASE_URL !== undefined) return;
  running = await startTestPostgres();
  process.env.TEST_DATABASE_URL = running.adminUrl;
}

/** For vitest: ends what `setup` began. */
export async function teardown() {
  await running?.stop();
}

// What a run left that was killed before it could clean up.
async function removeAbandoned() {
  for (const name of fs.readdirSync(os.tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = path.join(os.tmpdir(), name);
    if (!isOurs(folder)) continue;
    const lock = await takeLock(path.join(folder, "lock"));
    if (lock.owner) continue;
    const { directory } = JSON.parse(fs.readFileSync(path.join(folder, "postgres.json"), "utf8"));
    await endOrphan(path.resolve(folder, directory));
    lock.release();
    remove(folder, path.resolve(folder, directory));
  }
}

// A folder without its state is a run that is just beginning.
function isOurs(folder) {
  const owner = fs.statSync(folder, { throwIfNoEntry: false })?.uid;
  return owner === process.getuid?.() && fs.existsSync(path.join(folder, "postgres.json"));
}

function remove(folder, directory) {
  fs.rmSync(directory, { recursive: true, force: true });
  if (path.dirname(directory) !== folder) fs.rmSync(path.dirname(directory), { recursive: true, force: true });
  fs.rmSync(folder, { recursive: true, force: true });
}
