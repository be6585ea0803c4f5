import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { prepareOnce } from "./prepare-lock.mjs";
import { Refusal } from "./refusal.mjs";
import { runNode } from "./run-command.mjs";

/**
 * Installs the packages of the lock file when they are missing or it changed.
 * @param {string} root the project's folder
 * @throws {Refusal} when npm fails; its own words stand above
 */
export async function ensurePackages(root) {
  await prepareOnce(root, { isDone: () => isInstalled(root), work: () => install(root) });
}

async function install(root) {
  console.log("Installing packages (once after a change of package-lock.json)");
  // npm names itself to the scripts it runs; `npm` on the path may be another one or a shell script.
  const npm =
    process.env.npm_execpath ?? path.join(path.dirname(process.execPath), "../lib/node_modules/npm/bin/npm-cli.js");
  if (!fs.existsSync(npm)) throw new Refusal('The packages are not installed: run "npm ci --include=dev" first.');
  const quiet = ["--no-audit", "--no-fund", "--no-progress", "--loglevel=error"];
  const done = await runNode([npm, "ci", "--include=dev", "--include=optional", ...quiet], {
    env: withoutSecrets(process.env),
    cwd: root,
    live: true,
  });
  if (!done.ok) throw new Refusal("The packages could not be installed: npm says why above.");
  fs.writeFileSync(markerFile(root), lockHash(root));
}

/** The environment for npm, which runs programs of the packages: nothing of ours, no password or key. */
export function withoutSecrets(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(CERTSWEEP_|DATABASE_URL$|PG)/.test(name)));
}

/** Whether node_modules is what the lock file says. Whoever ran npm by hand is believed too. */
export function isInstalled(root) {
  const marker = markerFile(root);
  if (fs.existsSync(marker) && fs.readFileSync(marker, "utf8") === lockHash(root)) return true;
  if (!agreesWithNpm(root)) return false;
  fs.writeFileSync(marker, lockHash(root));
  return true;
}

function markerFile(root) {
  return path.join(root, "node_modules/.certsweep-lock");
}

// The platform counts, since packages hold programs for one.
function lockHash(root) {
  const hash = crypto.createHash("sha256").update(fs.readFileSync(path.join(root, "package-lock.json")));
  return hash.update(`${process.platform}-${process.arch}`).digest("hex");
}

// npm writes this list at the end of a whole installation, so one that was killed has none.
function agreesWithNpm(root) {
  const file = path.join(root, "node_modules/.package-lock.json");
  if (!fs.existsSync(file)) return false;
  const installed = JSON.parse(fs.readFileSync(file, "utf8")).packages;
  const { "": _project, ...wanted } = JSON.parse(
    fs.readFileSync(path.join(root, "package-lock.json"), "utf8"),
  ).packages;
  const extra = Object.keys(installed).some((name) => !wanted[name]);
  return (
    !extra &&
    Object.entries(wanted).every(([name, { version, optional }]) => {
      const found = installed[name];
      return found ? found.version === version : optional === true && !fits(wanted[name]);
    })
  );
}

function fits({ os, cpu, libc }) {
  const allows = (list, own) => !list || list.includes(own);
  return allows(os, process.platform) && allows(cpu, process.arch) && !libc && Boolean(os || cpu);
}
