import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const ROOT = path.join(import.meta.dirname, "..");
const READY = /^Certsweep is ready at (\S+)$/m;
/** A build may stand between the start and the first answer, on a machine that does other things too. */
const READY_WITHIN_MS = 10 * 60_000;

export type Server = {
  url: string;
  /** Of the process that answers. */
  pid: number;
  output: () => string;
  stop: () => Promise<void>;
  /** Ends it as a crash would: nothing of it runs on, and its data folder stays as it is. */
  kill: () => Promise<void>;
};

/** Starts Certsweep as an operator would, on a free port and a data folder of its own. */
export async function startServer(databaseUrl: string, settings: Record<string, string> = {}): Promise<Server> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "certsweep-e2e-"));
  const child = spawn(process.execPath, ["scripts/start.mjs"], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...ownEnvironment(),
      NODE_ENV: "production",
      PORT: "0",
      DATABASE_URL: databaseUrl,
      CERTSWEEP_DATA_DIR: folder,
      // The launcher then ends when its parent does, however that ends.
      npm_lifecycle_event: "e2e",
      ...settings,
    },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
    });
  }
  const stop = async () => {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const url = await waitUntilReady(child, () => text);
    return { url, pid: child.pid ?? 0, output: () => text, stop, kill: () => end(child, "SIGKILL") };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** None of the settings of whoever runs the tests. */
function ownEnvironment(): Record<string, string | undefined> {
  const { PORT, HOST, DATABASE_URL, NODE_ENV, NODE_OPTIONS, ...rest } = process.env;
  const own = Object.entries(rest).filter(([name]) => !/^(CERTSWEEP|E2E|npm)_/.test(name));
  return Object.fromEntries(own);
}

function waitUntilReady(child: ChildProcess, output: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      clearInterval(watch);
      clearTimeout(limit);
      settle();
    };
    const watch = setInterval(() => {
      const url = READY.exec(output())?.[1];
      if (url !== undefined) finish(() => resolve(url));
      else if (child.exitCode !== null) finish(() => reject(new Error(`The server ended:\n${output()}`)));
    }, 50);
    const limit = setTimeout(
      () => finish(() => reject(new Error(`The server is not ready:\n${output()}`))),
      READY_WITHIN_MS,
    );
  });
}

function end(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const limit = setTimeout(() => child.kill("SIGKILL"), 25_000);
    child.once("exit", () => {
      clearTimeout(limit);
      resolve();
    });
    child.kill(signal);
  });
}
