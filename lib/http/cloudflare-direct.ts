import "server-only";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { env } from "@/lib/env";
import { saneRequestId, securityHeaders } from "@/lib/http/browser-guard";
import type { CloudflareHandler, Incoming, Reply } from "@/lib/http/cloudflare-route";
import { log } from "@/lib/log";

/** What stands in for proxy.ts. Nothing of these answers is a page. */
const POLICY = { "content-security-policy": "default-src 'none'; frame-ancestors 'none'" };

type Matched = { handler: CloudflareHandler; params: Incoming["params"]; search: string };

/** Answers a request of Node's server with a route's own reply, past Next. Never rejects. */
export async function answerDirectly(
  request: IncomingMessage,
  response: ServerResponse,
  { handler, params, search }: Matched,
): Promise<void> {
  const requestId = saneRequestId(headerOf(request, "x-request-id"));
  request.headers["x-request-id"] = requestId;
  try {
    const reply = await handler.reply({
      headers: { get: (name) => headerOf(request, name) },
      query: new URLSearchParams(search),
      // A body that is too long is not read to its end, and its answer still has to go out on this connection.
      body: request.iterator({ destroyOnReturn: false }),
      params,
    });
    await write(response, { ...reply, headers: { ...shared(), "x-request-id": requestId, ...reply.headers } });
  } catch (error) {
    // Half an answer must not look whole. That the client went away is no news.
    if (!isGone(error)) log.error({ err: error, requestId }, "an answer broke off");
    response.destroy();
  } finally {
    // What is left of a body must not stand before the connection's next request.
    request.resume();
  }
}

let known: Record<string, string> | undefined;

function shared(): Record<string, string> {
  known ??= { ...securityHeaders(env().CERTSWEEP_URL), ...POLICY };
  return known;
}

/** As the web joins headers that come several times. */
function headerOf({ headers }: IncomingMessage, name: string): string | null {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : (value ?? null);
}

async function write(response: ServerResponse, { status, headers, body }: Reply): Promise<void> {
  if (response.destroyed) return;
  if (typeof body === "string") {
    response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
    return;
  }
  response.writeHead(status, headers);
  await pipeline(Readable.from(body, { highWaterMark: 1 }), response);
}

function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE";
}
