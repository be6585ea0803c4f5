import "server-only";
import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { NextRequest } from "next/server";
import { env } from "@/lib/env";
import { answerDirectly, type DirectReply, headerOf } from "@/lib/http/direct";
import type { BrowserHandler } from "@/lib/http/route";

const compress = promisify(gzip);
/** Octets from which compressing is worth its time, as Next has it. */
const COMPRESSED_FROM = 1_024;
/** Named, and not with a quality of nothing (RFC 9110 §12.5.3). */
const TAKES_GZIP = /(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)/i;

/** Answers our own browser code with what a data route says, past Next (docs/decisions/0037). */
export function answerBrowser(
  request: IncomingMessage,
  response: ServerResponse,
  { handler, params }: { handler: BrowserHandler; params: Record<string, string> },
): Promise<void> {
  return answerDirectly(request, response, async () => {
    const url = new URL(request.url ?? "", env().CERTSWEEP_URL);
    const headers = Object.keys(request.headers).map((name): [string, string] => [name, headerOf(request, name) ?? ""]);
    const answer = await handler(new NextRequest(url, { headers }), { params: Promise.resolve(params) });
    const body = Buffer.from(await answer.arrayBuffer());
    const reply = {
      status: answer.status,
      headers: { ...Object.fromEntries(answer.headers), vary: "accept-encoding" },
    };
    return takesGzip(request, body) ? zipped({ ...reply, body }) : { ...reply, body };
  });
}

function takesGzip(request: IncomingMessage, body: Buffer): boolean {
  return body.length >= COMPRESSED_FROM && TAKES_GZIP.test(headerOf(request, "accept-encoding") ?? "");
}

async function zipped({ status, headers, body }: DirectReply & { body: Buffer }): Promise<DirectReply> {
  return { status, headers: { ...headers, "content-encoding": "gzip" }, body: await compress(body) };
}
