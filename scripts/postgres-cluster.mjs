import { spawnSync } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { makeFolders, writePrivately } from "./data-folder.mjs";
import { databaseAccount, mayEnter } from "./postgres-account.mjs";
import { postgresPrograms, program, SYSTEM_FOLDER } from "./postgres-binaries.mjs";
import { inFolder, Refusal } from "./refusal.mjs";

/** English messages, since the launcher reads them, and times in UTC. */
export const POSTGRES_ENV = { PATH: process.env.PATH, SystemRoot: process.env.SystemRoot, LC_ALL: "C", TZ: "UTC" };

/** The superuser of an embedded cluster. */
const POSTGRES_USER = "certsweep";

/**
 * Finds the data folder's cluster or makes it.
 * `postgres.json` beside it says where it is, its password and its last port.
 * @param {string} folder data folder, held by the caller
 * @returns {Promise<{ directory: string, password: string, port: number | null, account: object, programs: string, stateFile: string }>}
 */
export async function prepareCluster(folder) {
  const stateFile = path.join(folder, "postgres.json");
  const home = fs.realpathSync(folder);
  const state = readState(stateFile, home);
  const existing = state !== null && fs.existsSync(path.join(state.directory, "PG_VERSION")) ? state.directory : null;
  const account = databaseAccount(existing);
  const programs = await postgresPrograms(account);
  if (existing !== null) return { ...state, directory: checkReach(existing, account), account, programs, stateFile };

  const directory = chooseDirectory(home, account);
  const password = crypto.randomBytes(24).toString("base64url");
  await inFolder(path.dirname(directory), () => {
    const draft = initialise({ directory, password, account, programs });
    writeState(stateFile, { directory, home, password, port: null });
    // Only a whole cluster gets the name, so a start that is killed here begins again.
    fs.renameSync(draft, directory);
  });
  return { directory, password, port: null, account, programs, stateFile };
}

/**
 * Remembers the port, so that pools of a server that lives on find the database again.
 */
export function rememberPort(cluster, port) {
  const { directory, home, password } = JSON.parse(fs.readFileSync(cluster.stateFile, "utf8"));
  writePrivately(cluster.stateFile, JSON.stringify({ directory, home, password, port }));
}

/**
 * The address of a database of the data folder's cluster while another process runs it.
 * @returns {string | null} null before the first start
 */
export function runningClusterUrl(folder, database) {
  const state = readState(path.join(folder, "postgres.json"), fs.realpathSync(folder));
  return state?.port ? clusterUrl(state, database) : null;
}

/** The address of a cluster's database; `postgres` is the one for administration. */
export function clusterUrl({ password, port }, database) {
  return `postgres://${POSTGRES_USER}:${password}@127.0.0.1:${port}/${database}`;
}

/** Reads what `prepareCluster` wrote, or null before the first start. */
function readState(stateFile, home) {
  if (!fs.existsSync(stateFile)) return null;
  const state = JSON.parse(fs.readFileSync(stateFile, "utf8"));
  const directory = path.resolve(home, state.directory);
  if (path.isAbsolute(state.directory) && state.home !== home) checkNotCopied(state, home);
  return { directory, password: state.password, port: state.port };
}

function writeState(stateFile, { directory, home, password, port }) {
  const inside = path.relative(home, directory);
  const place = inside.startsWith("..") || path.isAbsolute(inside) ? directory : inside;
  writePrivately(stateFile, JSON.stringify({ directory: place, home, password, port }));
}

// A cluster outside its data folder does not travel with a copy of that folder: two servers would share one database.
function checkNotCopied(state, home) {
  const original = path.join(state.home, "postgres.json");
  if (!fs.existsSync(original) || JSON.parse(fs.readFileSync(original, "utf8")).directory !== state.directory) return;
  throw new Refusal(
    `The data folder ${home} is a copy of ${state.home}, and both point to the database in ${state.directory}: remove postgres.json from the copy to begin with an empty database.`,
  );
}

function checkReach(directory, account) {
  if (mayEnter(account, path.dirname(directory))) return directory;
  throw new Refusal(
    `The database's account (uid ${account.uid}) can no longer enter ${path.dirname(directory)}: make the folders above it passable again (chmod a+x).`,
  );
}

function chooseDirectory(home, account) {
  if (mayEnter(account, home)) return path.join(home, "postgres");
  // A random name, so that a later project on the same path never meets this one's data.
  return path.join(SYSTEM_FOLDER, crypto.randomUUID(), "postgres");
}

function initialise({ directory, password, account, programs }) {
  const draft = `${directory}.draft`;
  if (fs.existsSync(directory))
    throw new Refusal(
      `${directory} exists, but postgres.json beside the data does not describe it: move it away or restore that file.`,
    );
  fs.rmSync(draft, { recursive: true, force: true });
  makeFolders(path.dirname(draft));
  fs.mkdirSync(draft, { mode: 0o700 });
  // Beside the cluster, where the account may go whatever the temporary folder is like.
  const passFile = `${directory}.password`;
  fs.writeFileSync(passFile, `${password}\n`, { mode: 0o600 });
  if (account.uid !== undefined) for (const at of [draft, passFile]) fs.chownSync(at, account.uid, account.gid);
  const options = [
    "-U",
    POSTGRES_USER,
    "-A",
    "scram-sha-256",
    `--pwfile=${passFile}`,
    "-E",
    "UTF8",
    "--no-instructions",
  ];
  const locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"];
  const done = spawnSync(program(programs, "initdb"), ["-D", draft, ...options, ...locale], {
    ...account,
    env: POSTGRES_ENV,
    cwd: path.parse(draft).root,
    encoding: "utf8",
  });
  fs.rmSync(passFile);
  if (done.status === 0) return draft;
  fs.rmSync(draft, { recursive: true, force: true });
  if (/No space left/.test(done.stderr)) throw Object.assign(new Error(done.stderr), { code: "ENOSPC" });
  throw new Error(`initdb failed: ${done.error?.message ?? done.stderr}`);
}
