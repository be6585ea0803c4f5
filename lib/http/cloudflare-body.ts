import "server-only";
import { Buffer } from "node:buffer";
import type { Answer } from "@/lib/cloudflare/rules";
import { readStrictJson } from "@/lib/http/strict-json";

type Body = { kind: "value"; value: object } | Extract<Answer, { kind: "failed" }>;

/** The JSON object that a request carries, whatever its content type says: Cloudflare's own clients send text/plain. */
export async function readBody(request: Request, limit: number): Promise<Body> {
  const bytes = await readBytes(request, limit);
  if (bytes === null) return { kind: "failed", failures: [{ name: "too_large" }] };
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

/** Null as soon as there is more than the limit, in bytes; the rest is never kept. */
async function readBytes(request: Request, limit: number): Promise<Uint8Array | null> {
  if (Number(request.headers.get("content-length") ?? 0) > limit) return null;
  const pieces: Uint8Array[] = [];
  let length = 0;
  if (request.body === null) return new Uint8Array();
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(pieces);
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      return null;
    }
    pieces.push(value);
  }
}
