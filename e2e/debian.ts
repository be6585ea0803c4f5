import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";

const FETCH_WITHIN_MS = 120_000;

/**
 * Unpacks Debian's packages into a folder beside the project's packages, which is then there whole or not at all: nothing
 * is installed, and no service is started. Answers with what went wrong, null when nothing did.
 */
export async function unpackDebian({ cache, packages }: { cache: string; packages: string[] }): Promise<string | null> {
  mkdirSync(path.dirname(cache), { recursive: true });
  const folder = mkdtempSync(`${cache}-`);
  // apt's own helper, which has an account of its own, may write here.
  chmodSync(folder, 0o755);
  try {
    const refused = await download(packages, folder);
    if (refused !== null) return refused;
    const unpacked = path.join(folder, "unpacked");
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".deb"))) {
      const done = await run("dpkg-deb", ["-x", path.join(folder, file), unpacked], { cwd: folder });
      if (done.code !== 0) return done.text;
    }
    rmSync(cache, { recursive: true, force: true });
    renameSync(unpacked, cache);
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Fetches the packages, with the machine's lists of what there is or, where it has none, with lists of our own. */
async function download(packages: string[], folder: string): Promise<string | null> {
  if ((await run("apt-get", ["download", ...packages], { cwd: folder })).code === 0) return null;
  const lists = path.join(folder, "lists");
  mkdirSync(path.join(lists, "partial"), { recursive: true });
  const own = ["-o", `Dir::State::lists=${lists}`, "-o", `Dir::Cache=${folder}`];
  const update = await run("apt-get", [...own, "update"], { cwd: folder });
  if (update.code !== 0) return update.text;
  const again = await run("apt-get", [...own, "download", ...packages], { cwd: folder });
  return again.code === 0 ? null : again.text;
}

/** Runs a program to its end; code null where there is none of that name. What it wrote to both streams is the text. */
export function run(
  program: string,
  args: string[],
  { cwd, env = process.env }: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], timeout: FETCH_WITHIN_MS });
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
      });
    child.once("error", (error) => resolve({ code: null, text: error.message }));
    child.once("close", (code) => resolve({ code, text }));
  });
}
