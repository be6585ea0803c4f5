import "server-only";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { env } from "@/lib/env";
import { saneRequestId, securityHeaders } from "@/lib/http/browser-guard";
import { log } from "@/lib/log";

/** What stands in for proxy.ts. Nothing of these answers is a page. */
const POLICY = { "content-security-policy": "default-src 'none'; frame-ancestors 'none'" };

/** Pieces are written as they come. */
export type DirectReply = {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array | AsyncGenerator<string>;
};

/**
 * Answers a request of Node's server past Next (docs/decisions/0023), under the request's id, which its headers hold from
 * then on. Never rejects.
 */
export async function answerDirectly(
  request: IncomingMessage,
  response: ServerResponse,
  replyTo: () => Promise<DirectReply>,
): Promise<void> {
  const requestId = saneRequestId(headerOf(request, "x-request-id"));
  request.headers["x-request-id"] = requestId;
  try {
    const reply = await replyTo();
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
export function headerOf({ headers }: IncomingMessage, name: string): string | null {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : (value ?? null);
}

async function write(response: ServerResponse, { status, headers, body }: DirectReply): Promise<void> {
  if (response.destroyed) return;
  if (typeof body === "string" || body instanceof Uint8Array) {
    response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
    return;
  }
  response.writeHead(status, headers);
  await pipeline(Readable.from(body, { highWaterMark: 1 }), response);
}

function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE";
}

/** The entry of a table of paths that a path names, and its parameters, in the one way in which each can be written. */
export function plainPaths<Entry>(
  table: Record<string, Entry>,
): (path: string) => { entry: Entry; params: Record<string, string> } | null {
  const matchers = Object.entries(table).map(([path, entry]) => ({
    // Ids without anything that could be written in two ways.
    pattern: new RegExp(`^${path.replace(/\[(\w+)\]/g, "(?<$1>[0-9A-Za-z-]+)")}$`),
    entry,
  }));
  return (path) => {
    for (const { pattern, entry } of matchers) {
      const found = pattern.exec(path);
      if (found !== null) return { entry, params: { ...found.groups } };
    }
    return null;
  };
}
