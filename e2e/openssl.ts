import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { run, unpackDebian } from "./debian";

const CACHE = path.join(import.meta.dirname, "../node_modules/.cache/certsweep-openssl");
const PLACES = [...(process.env.PATH ?? "").split(path.delimiter), "/usr/bin", "/usr/local/bin"];

type FoundOpenssl = { program: string; problem: null } | { program: null; problem: string };

/** Runs openssl with these arguments; `text` is what it says on both outputs. */
export type Openssl = (...args: string[]) => Promise<{ code: number | null; text: string }>;

/**
 * The openssl of this machine, or Debian's, to run in a folder. Null where there is none, which is said in capitals; where
 * everything must run, it fails.
 */
export async function opensslIn(folder: string): Promise<Openssl | null> {
  const { program, problem } = await findOpenssl();
  if (program !== null) return (...args) => run(program, args, { cwd: folder, env: environment() });
  if (process.env.CI === "true") throw new Error(`openssl is missing: ${problem}`);
  process.stderr.write(`\nOPENSSL IS MISSING, SO ITS JUDGEMENT OF OUR CERTIFICATES WAS SKIPPED: ${problem}\n`);
  return null;
}

async function findOpenssl(): Promise<FoundOpenssl> {
  const installed = PLACES.map((place) => path.join(place, "openssl")).find((file) => existsSync(file));
  if (installed !== undefined) return { program: installed, problem: null };
  const program = path.join(CACHE, "usr/bin/openssl");
  const packages = ["openssl", "libssl3"];
  const problem = existsSync(program) ? null : await unpackDebian({ cache: CACHE, packages });
  return problem === null ? { program, problem } : { program: null, problem };
}

/** The unpacked openssl finds what was unpacked with it, and no machine's settings change what either does. */
function environment() {
  const libraries = path.join(CACHE, "usr/lib");
  const folders = existsSync(libraries) ? readdirSync(libraries).map((name) => path.join(libraries, name)) : [];
  return { ...process.env, LD_LIBRARY_PATH: folders.join(path.delimiter), OPENSSL_CONF: "/dev/null" };
}
