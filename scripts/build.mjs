import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { prepareOnce } from "./prepare-lock.mjs";
import { Refusal } from "./refusal.mjs";
import { runNode } from "./run-command.mjs";

const FOLDERS = ["app", "components", "drizzle", "lib", "public"];
const ROOT_FILE = /^(?!vitest\.|knip\.|biome\.|playwright\.)[\w.-]+\.(ts|mjs|js|json)$/;
// Made by Next itself or of no meaning to it.
const IGNORED = /(^|\/)(next-env\.d\.ts|[^/]+\.test\.tsx?|[^/]+\.tsbuildinfo|\.DS_Store)$/;

/**
 * Builds the application when there is no build of exactly these sources.
 * @param {string} root the project's folder
 * @param {Record<string, string | undefined>} env complete, since the build loads the server's modules
 * @throws {Refusal} when the build fails, after showing what it said
 */
export async function ensureBuild(root, env) {
  await prepareOnce(root, { isDone: () => isBuilt(root, hashSources(root)), work: () => build(root, env) });
}

async function build(root, env) {
  // Before the build, so that a source that is saved meanwhile counts as newer.
  const sources = hashSources(root);
  console.log("Building (once after a change, about a minute)");
  const marker = markerFile(root);
  fs.rmSync(marker, { force: true });
  forgetTypes(root);
  const next = path.join(root, "node_modules/next/dist/bin/next");
  const done = await runNode([next, "build"], {
    env: { ...env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    cwd: root,
  });
  if (!done.ok) {
    console.error(done.output.trim());
    throw new Refusal("The build failed: Next says why above.");
  }
  fs.writeFileSync(marker, sources);
}

/**
 * Removes what earlier type checks left. The route types of `npm run dev` name pages that may be gone, and a check that
 * goes on from saved results does not see that the route types have changed. A dev server that runs writes its own again.
 */
export function forgetTypes(root) {
  for (const left of [".next/dev/types", ".next/cache/.tsbuildinfo", "tsconfig.tsbuildinfo"]) {
    fs.rmSync(path.join(root, left), { recursive: true, force: true });
  }
}

/** Whether the build that stands there was made from sources with this hash. */
export function isBuilt(root, sources) {
  const marker = markerFile(root);
  return (
    fs.existsSync(marker) &&
    fs.readFileSync(marker, "utf8") === sources &&
    fs.existsSync(path.join(root, ".next/BUILD_ID"))
  );
}

/** One hash over the names and contents of everything a build reads. */
export function hashSources(root) {
  const hash = crypto.createHash("sha256");
  for (const file of listSources(root)) {
    const content = fs.readFileSync(path.join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

function listSources(root) {
  const own = fs.readdirSync(root).filter((name) => ROOT_FILE.test(name));
  const nested = FOLDERS.filter((folder) => fs.existsSync(path.join(root, folder))).flatMap((folder) =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name))),
  );
  return [...own, ...nested]
    .map((file) => file.replaceAll(path.sep, "/"))
    .filter((file) => !IGNORED.test(file))
    .sort();
}

function markerFile(root) {
  return path.join(root, ".next/certsweep-build");
}
