import http from "node:http";

const LIMITS = {
  headersTimeout: 20_000,
  requestTimeout: 120_000,
  keepAliveTimeout: 65_000,
  // How often Node looks for requests that are late.
  connectionsCheckingInterval: 5_000,
};

const LINGER_MS = 1_000;

/** By the codes of Node's errors; anything else is a bad request. The numbers are those of lib/cloudflare/rules.ts. */
export const REFUSALS = {
  HPE_HEADER_OVERFLOW: {
    status: "431 Request Header Fields Too Large",
    code: 6003,
    sentence: "The headers are longer than 16 KB.",
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: "413 Payload Too Large",
    code: 1483,
    sentence: "The body is not well formed.",
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: "408 Request Timeout",
    code: 1484,
    sentence: "The request did not arrive in time.",
  },
};
const BAD_REQUEST = { status: "400 Bad Request", code: 6003, sentence: "This is no well-formed HTTP request." };

/**
 * A server that answers itself what is no request or comes too slowly, in the form that the client reads as far as the
 * path is known.
 * @param {Partial<typeof LIMITS>} [limits] milliseconds
 */
export function createServer(limits = {}) {
  const server = http.createServer({ ...LIMITS, ...limits });
  /** @type {WeakMap<import("node:net").Socket, http.ServerResponse>} */
  const answers = new WeakMap();
  const refused = new WeakSet();
  server.on("request", (request, response) => answers.set(request.socket, response));
  server.on("clientError", (error, socket) => {
    // What still comes after a refusal fails again.
    if (refused.has(socket)) return;
    const begun = answers.get(socket);
    const isAnswering = begun !== undefined && !begun.writableFinished;
    // Half of an answer is on its way, or nobody is there to read one.
    if (error.code === "ECONNRESET" || !socket.writable || (isAnswering && begun.headersSent)) return socket.destroy();
    refused.add(socket);
    const path = isAnswering ? begun.req.url : pathIn(error.rawPacket);
    socket.end(refusal(REFUSALS[error.code] ?? BAD_REQUEST, path));
    // To close at once, while more is coming, would take the answer back.
    const lingering = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once("close", () => clearTimeout(lingering));
  });
  return server;
}

/** What the first line of a request asks for; "" where the octets do not begin with one. */
function pathIn(octets) {
  return /^[A-Z]+ (\S+)/.exec(octets?.subarray(0, 8_192).toString("latin1") ?? "")?.[1] ?? "";
}

function refusal({ status, code, sentence }, path) {
  const { type, body } = bodyFor(path, { status, code, sentence });
  const headers = [
    `HTTP/1.1 ${status}`,
    `Content-Type: ${type}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "X-Content-Type-Options: nosniff",
    "Cache-Control: no-store",
    "Connection: close",
  ];
  return `${headers.join("\r\n")}\r\n\r\n${body}`;
}

/** See lib/cloudflare/rules.ts and lib/http/api-problem.ts for the two forms. */
function bodyFor(path, { status, code, sentence }) {
  if (/^\/client\/v4(?:[/?]|$)/.test(path)) {
    const errors = [{ code, message: sentence }];
    return { type: "application/json", body: JSON.stringify({ success: false, errors, messages: [], result: null }) };
  }
  if (/^\/api\/v1(?:[/?]|$)/.test(path)) {
    const problem = {
      type: "about:blank",
      title: status.slice(4),
      status: Number.parseInt(status, 10),
      detail: sentence,
    };
    return { type: "application/problem+json", body: JSON.stringify(problem) };
  }
  return { type: "text/plain; charset=utf-8", body: `${sentence}\n` };
}
