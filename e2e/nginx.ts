import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { run, unpackDebian } from "./debian";

const CACHE = path.join(import.meta.dirname, "../node_modules/.cache/certsweep-nginx");
const PLACES = [...(process.env.PATH ?? "").split(path.delimiter), "/usr/sbin", "/usr/local/sbin"];
const PACKAGES = ["nginx", "libpcre2-8-0"];

export type FoundNginx = { program: string; problem: null } | { program: null; problem: string };

/**
 * The nginx of this machine, or Debian's, unpacked once beside the project's packages: nothing is installed, and no
 * service is started. Answers with what went wrong where there is none to be had.
 */
export async function findNginx(): Promise<FoundNginx> {
  const installed = PLACES.map((place) => path.join(place, "nginx")).find((file) => existsSync(file));
  if (installed !== undefined) return { program: installed, problem: null };
  const program = path.join(CACHE, "usr/sbin/nginx");
  const problem = existsSync(program) ? null : await unpackDebian({ cache: CACHE, packages: PACKAGES });
  return problem === null ? { program, problem } : { program: null, problem };
}

export type Site = {
  /** The server name that it answers to; all others get the first site. */
  name: string;
  /** Paths of PEM files, the leaf first and its chain behind it. */
  certificateFile: string;
  keyFile: string;
};

export type RunningNginx = {
  port: number;
  /** Asks it to read its files again; those who connect a moment later see the new ones. Throws with what is wrong with them. */
  reload: () => Promise<void>;
  stop: () => Promise<void>;
};

/** Starts nginx on a free port of 127.0.0.1, as the present user and with everything it writes in a folder of its own. */
export async function startNginx(program: string, sites: Site[]): Promise<RunningNginx> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "certsweep-nginx-"));
  const port = await freePort();
  writeFileSync(path.join(folder, "nginx.conf"), configuration(port, sites));
  const args = ["-p", folder, "-e", "stderr", "-c", path.join(folder, "nginx.conf")];
  const child = spawn(program, args, { env: environment(), stdio: ["ignore", "ignore", "pipe"] });
  let words = "";
  child.stderr.setEncoding("utf8").on("data", (piece: string) => {
    words += piece;
  });
  const ended = once(child, "exit");
  const running = () => child.exitCode === null && child.signalCode === null;
  const stop = async () => {
    if (running()) child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (const until = Date.now() + 20_000; !(await answers(port)); ) {
    if (running() && Date.now() < until) continue;
    await stop();
    throw new Error(`nginx did not come up:\n${words}`);
  }
  const reload = async () => {
    const done = await run(program, [...args, "-s", "reload"], { cwd: folder, env: environment() });
    if (done.code !== 0) throw new Error(`nginx did not reload:\n${done.text}`);
  };
  return { port, reload, stop };
}

function configuration(port: number, sites: Site[]): string {
  const servers = sites.map(({ name, certificateFile, keyFile }) =>
    [
      `server { listen 127.0.0.1:${port} ssl; server_name ${name};`,
      `ssl_certificate "${certificateFile}"; ssl_certificate_key "${keyFile}"; return 204; }`,
    ].join("\n"),
  );
  const kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return [
    // As root it would give its workers another account.
    ...(process.getuid?.() === 0 ? ["user root;"] : []),
    ...["daemon off;", "worker_processes 1;", "pid nginx.pid;", "events {}", "http {", "access_log off;"],
    ...kinds.map((kind) => `${kind}_temp_path temp_${kind};`),
    ...[...servers, "}", ""],
  ].join("\n");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("There is no free port");
  return address.port;
}

/** Whether somebody listens on the port; a moment later where nobody does. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => setTimeout(() => resolve(false), 50));
  });
}

/** The unpacked nginx finds what was unpacked with it. */
function environment() {
  const folder = path.join(CACHE, "usr/lib");
  const libraries = existsSync(folder) ? readdirSync(folder).map((name) => path.join(folder, name)) : [];
  return { ...process.env, NODE_ENV: "test" as const, LD_LIBRARY_PATH: libraries.join(path.delimiter) };
}
