import { spawn } from "node:child_process";
import { onStop } from "./stopping.mjs";

/**
 * Runs a program of Node and collects what it says. It ends with us.
 * @param {string[]} args of `node`
 * @param {object} options
 * @param {Record<string, string | undefined>} options.env
 * @param {string} options.cwd
 * @param {boolean} [options.live] show the output as it comes
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
export function runNode(args, { env, cwd, live = false }) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, cwd, stdio: live ? "inherit" : ["ignore", "pipe", "pipe"] });
    const forget = onStop(() => child.kill("SIGTERM"));
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (text) => (output += text));
    child.once("error", reject);
    child.once("close", (code) => {
      forget();
      resolve({ ok: code === 0, output });
    });
  });
}
