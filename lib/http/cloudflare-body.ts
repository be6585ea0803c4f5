import "server-only";
import { Buffer } from "node:buffer";
import type { Answer } from "@/lib/cloudflare/rules";
import { readStrictJson } from "@/lib/http/strict-json";

type Carrier = { headers: Pick<Headers, "get">; body: AsyncIterable<Uint8Array> };
type Body = { kind: "value"; value: object } | Extract<Answer, { kind: "failed" }>;

/** The JSON object that a request carries, whatever its content type says: Cloudflare's own clients send text/plain. */
export async function readBody(request: Carrier, limit: number): Promise<Body> {
  const bytes = await readBytes(request, limit);
  if (bytes === "too_large" || bytes === "late") return { kind: "failed", failures: [{ name: bytes }] };
  const reading = readStrictJson(bytes);
  if (reading.kind === "refused") return malformed(reading.sentence);
  const { value } = reading;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return malformed("The body is no JSON object.");
  return { kind: "value", value };
}

function malformed(message: string): Body {
  return { kind: "failed", failures: [{ name: "json", message: `Malformed JSON in request body. ${message}` }] };
}

/** What is over the limit, in bytes, is never kept. */
async function readBytes({ headers, body }: Carrier, limit: number): Promise<Uint8Array | "too_large" | "late"> {
  if (Number(headers.get("content-length") ?? 0) > limit) return "too_large";
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of body) {
      length += piece.length;
      if (length > limit) return "too_large";
      pieces.push(piece);
    }
  } catch {
    // The connection broke or took too long: no more of it will come, and most likely nobody reads an answer.
    return "late";
  }
  return Buffer.concat(pieces);
}

/** A body of the web's kind, piece by piece. */
export async function* piecesOf({ body }: Pick<Request, "body">): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  try {
    for (let next = await reader?.read(); next?.done === false; next = await reader?.read()) yield next.value;
  } finally {
    await reader?.cancel().catch(() => {});
  }
}
