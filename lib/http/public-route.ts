import "server-only";
import { randomUUID } from "node:crypto";
import { HTTP_STATUS, isNextSignal, problemOf, RELOAD } from "@/lib/http/problem";

/** A parameter for the rest of an address is a list. */
type Context = { params: Promise<Record<string, string | string[] | undefined>> };
type Call = { request: Request; params: Record<string, string>; now: Date };
type Answer = (call: Call) => Promise<Response>;
type Handler = (request: Request, context: Context) => Promise<Response>;

/**
 * Makes a route that anybody may ask, without a session or a token: what certificate authorities and their clients fetch.
 * It answers every method: HEAD as GET, those that are not given with 405.
 */
export function publicRoute(answers: { GET: Answer; POST?: Answer }): Record<Method, Handler> {
  const GET = handlerOf(answers.GET);
  const POST = answers.POST === undefined ? null : handlerOf(answers.POST);
  const allowed = ["GET", "HEAD", ...(POST === null ? [] : ["POST"])].join(", ");
  const other = async () => plainAnswer(405, "This address does not take this method.", { allow: allowed });
  const HEAD: Handler = async (request, context) => {
    const { status, headers } = await GET(request, context);
    return new Response(null, { status, headers });
  };
  return { GET, HEAD, POST: POST ?? other, PUT: other, PATCH: other, DELETE: other };
}

type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A sentence as plain text, which nobody keeps. */
export function plainAnswer(status: number, sentence: string, headers: Record<string, string> = {}): Response {
  const always = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
  return new Response(`${sentence}\n`, { status, headers: { ...always, ...headers } });
}

export const NOTHING_HERE = "There is nothing at this address.";

/** The octets of a body; null where it has more than the limit, and is read no further. */
export async function octetsOf(request: Request, limit: number): Promise<Uint8Array | null> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of request.body ?? []) {
    length += piece.length;
    if (length > limit) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function handlerOf(answer: Answer): Handler {
  return async (request, context) => {
    const now = new Date();
    const requestId = request.headers.get("x-request-id") ?? randomUUID();
    try {
      return await answer({ request, params: single(await context.params), now });
    } catch (error) {
      if (isNextSignal(error)) throw error;
      const { code, message } = problemOf(error, requestId);
      return plainAnswer(HTTP_STATUS[code], message.replace(RELOAD, ""));
    }
  };
}

function single(params: Awaited<Context["params"]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
}
