import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const MANIFEST = path.join(import.meta.dirname, "wrangler");
const CACHE = path.join(import.meta.dirname, "../node_modules/.cache/certsweep-wrangler");
const FILES = ["package.json", "package-lock.json", ".npmrc"];
/** npm's own way of asking again would take minutes where there is no registry. */
const INSTALL_WITHIN_MS = 120_000;
/** Written at the end of an installation. */
const MARKER = "lock";

export type Ended = { code: number | null; text: string };

/**
 * Installs the wrangler that e2e/wrangler/package-lock.json pins, once after a change of it, beside the project's
 * packages. Answers with what npm said when it could not.
 */
export async function installWrangler(): Promise<string | null> {
  const lock = readFileSync(path.join(MANIFEST, "package-lock.json"), "utf8");
  const marker = path.join(CACHE, MARKER);
  if (existsSync(marker) && readFileSync(marker, "utf8") === lock) return null;
  const npm =
    process.env.npm_execpath ?? path.join(path.dirname(process.execPath), "../lib/node_modules/npm/bin/npm-cli.js");
  mkdirSync(path.dirname(CACHE), { recursive: true });
  const folder = mkdtempSync(`${CACHE}-`);
  try {
    for (const file of FILES) cpSync(path.join(MANIFEST, file), path.join(folder, file));
    // With what is optional: wrangler starts without it, but says its errors with esbuild's program.
    const args = [npm, "ci", "--ignore-scripts", "--include=optional", "--no-audit", "--no-fund", "--fetch-retries=1"];
    const done = await run(args, { cwd: folder, env: process.env, limitMs: INSTALL_WITHIN_MS });
    if (done.code !== 0) return done.text;
    writeFileSync(path.join(folder, MARKER), lock);
    rmSync(CACHE, { recursive: true, force: true });
    renameSync(folder, CACHE);
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Settings = { url: string; token: string; accountId: string };

/** wrangler for one account, with a home of its own: it sees none of the settings of whoever runs the tests. */
export function wranglerFor({ url, token, accountId }: Settings) {
  const home = mkdtempSync(path.join(os.tmpdir(), "certsweep-wrangler-"));
  const program = path.join(CACHE, "node_modules/wrangler/bin/wrangler.js");
  const own = Object.entries(process.env).filter(([name]) => !/^(CLOUDFLARE|CF|WRANGLER|npm|XDG|NODE)_/i.test(name));
  const env = {
    ...Object.fromEntries(own),
    HOME: home,
    USERPROFILE: home,
    CI: "true",
    NO_COLOR: "1",
    CLOUDFLARE_API_BASE_URL: `${url}/client/v4`,
    CLOUDFLARE_API_TOKEN: token,
    CLOUDFLARE_ACCOUNT_ID: accountId,
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_HIDE_BANNER: "true",
  };
  return {
    /** Where to put files that it reads. */
    home,
    run: (...words: string[]): Promise<Ended> => run([program, ...words], { cwd: home, env, limitMs: 60_000 }),
    leave: () => rmSync(home, { recursive: true, force: true }),
  };
}

type Running = { cwd: string; env: Record<string, string | undefined>; limitMs: number };

function run(args: string[], { cwd, env, limitMs }: Running): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd,
      env: { ...env, NODE_ENV: "production" },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: limitMs,
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
      });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, text }));
  });
}
