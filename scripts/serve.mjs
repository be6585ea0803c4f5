import { setTimeout as sleep } from "node:timers/promises";
import { createServer } from "./http-server.mjs";
import { withEscapedRequest } from "./ocsp-address.mjs";
import { Refusal } from "./refusal.mjs";
import { refusedWith } from "./refused-address.mjs";
import { isStopping, onStop } from "./stopping.mjs";

const DRAIN_MS = 10_000;
const HOOKS_MS = 10_000;
// Server code adds async functions here that must run before the database goes, such as stopping the job worker.
const HOOKS = Symbol.for("certsweep.stop");
const STARTED = Symbol.for("certsweep.started");
// Server code answers here what needs nothing of Next (docs/decisions/0023, 0037); false means that it did not.
const DIRECT = Symbol.for("certsweep.direct");
const STARTED_MS = 30_000;

/**
 * Serves the application in this process until it stops: running requests end first, then the server's own hooks run.
 * @param {{ root: string, dev: boolean, host: string, port: number }} options
 * @throws {Refusal} when the port cannot be listened on
 */
export async function serve({ root, dev, host, port }) {
  globalThis[HOOKS] ??= new Set();
  const { default: next } = await import("next");
  const server = createServer();
  const app = next({ dev, dir: root, hostname: host, port, httpServer: server });
  onStop(() => runHooks(app));
  const started = awaitServerCode();
  await app.prepare();
  await started;
  const handle = app.getRequestHandler();
  const upgraded = new Set();
  server.on("request", (request, response) => {
    if (isStopping()) response.setHeader("Connection", "close");
    // What the application does not set itself: static files, and what Next refuses before it asks the application.
    response.setHeader("X-Content-Type-Options", "nosniff");
    const refused = refusedWith(request);
    if (refused !== null) return response.writeHead(refused.status, refused.headers).end(refused.body);
    // What a client writes here never counts (see lib/http/request.ts).
    request.headers["x-certsweep-address"] = request.socket.remoteAddress ?? "";
    if (globalThis[DIRECT]?.(request, response)) return;
    request.url = withEscapedRequest(request.url);
    handle(request, response).catch((error) => fail(response, error));
  });
  server.on("upgrade", (_request, socket) => upgraded.add(socket.once("close", () => upgraded.delete(socket))));
  await listen(server, host, port);
  onStop(() => drain(server, upgraded));
}

const PLAIN = { "Content-Type": "text/plain; charset=utf-8" };

/** The sentence for a port that cannot be listened on. */
export function refusePort(code, host, port) {
  const reasons = {
    EADDRINUSE: "is in use: stop what uses it or set PORT",
    EACCES: "needs more rights: set PORT to 1024 or more",
  };
  const hosts = {
    EADDRNOTAVAIL: "is no address of this machine",
    ENOTFOUND: "is an unknown host name",
    EAI_AGAIN: "is an unknown host name",
  };
  if (hosts[code]) return new Refusal(`HOST ${host} ${hosts[code]}.`);
  return new Refusal(`Port ${port} on ${host} ${reasons[code] ?? `cannot be listened on (${code})`}.`);
}

// Next goes on when instrumentation.ts refuses to start, so that file says here how its work went. Should it never say,
// such as in a version of Next that calls it later, the server starts without it.
function awaitServerCode() {
  const said = new Promise((resolve, reject) => {
    globalThis[STARTED] = { resolve, reject: (error) => reject(asRefusal(error)) };
  });
  // A refusal may come while Next is still preparing, before anybody waits for it.
  said.catch(() => {});
  return Promise.race([said, sleep(STARTED_MS, undefined, { ref: false })]);
}

function asRefusal(error) {
  return error?.name === "AppError" ? new Refusal(error.message, { cause: error }) : error;
}

function listen(server, host, port) {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(refusePort(error.code, host, port)));
    server.listen({ host, port }, resolve);
  });
}

function fail(response, error) {
  console.error(error);
  if (response.headersSent) return response.destroy();
  response.writeHead(500, PLAIN).end("Something went wrong.\n");
}

async function drain(server, upgraded) {
  const closed = new Promise((resolve) => server.close(resolve));
  for (const socket of upgraded) socket.destroy();
  const idle = setInterval(() => server.closeIdleConnections(), 100);
  const limit = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(limit);
}

async function runHooks(app) {
  const hooks = [...globalThis[HOOKS]].map((hook) => Promise.resolve().then(hook));
  const all = Promise.allSettled([...hooks, app.close()]);
  const outcomes = await Promise.race([all, sleep(HOOKS_MS, [], { ref: false })]);
  for (const { reason } of outcomes) if (reason) console.error(reason);
}
