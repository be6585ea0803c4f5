import "server-only";
import { type ApiProblem, ApiRefusal } from "@/lib/http/api-problem";
import { readStrictJson } from "@/lib/http/strict-json";

/** Octets. Above the longest certificate file, of which one body carries one. */
export const API_BODY_LIMIT = 10 * 1024 * 1024;
/** Octets of a form: one such file and what is around it. Below what proxyClientMaxBodySize in next.config.ts lets through. */
export const API_FORM_LIMIT = 11 * 1024 * 1024;

const JSON_TYPE = /^application\/(?:[a-z0-9.-]+\+)?json *(?:;|$)/i;
const FORM_TYPE = /^multipart\/form-data *;/i;

/** The octets of a body, none when there is none. Reads no further than the limit, whatever the header says. */
export async function readBody(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = { name: "body-too-large", detail: `The body may have ${limit} octets.` } as const;
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw new ApiRefusal(tooLarge);
  const pieces: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      throw new ApiRefusal(tooLarge);
    }
    pieces.push(value);
  }
  return Buffer.concat(pieces);
}

/** What a body says; an empty one says `{}`. */
export function bodyValue(request: Request, octets: Uint8Array): unknown {
  if (octets.length === 0) return {};
  if (!JSON_TYPE.test(request.headers.get("content-type") ?? "")) {
    throw new ApiRefusal({ name: "not-json", detail: "Send the body as “Content-Type: application/json”." });
  }
  const reading = readStrictJson(octets);
  if (reading.kind === "refused") throw new ApiRefusal({ name: "invalid-request", detail: reading.sentence });
  return reading.value;
}

/** What a form says: each file in a list under its name, each text by itself. */
export async function formValue(request: Request, octets: Uint8Array<ArrayBuffer>): Promise<Record<string, unknown>> {
  const type = request.headers.get("content-type") ?? "";
  if (!FORM_TYPE.test(type)) throw new ApiRefusal({ name: "not-a-form", detail: "Send a multipart/form-data form." });
  const files = new Map<string, File[]>();
  const texts = new Map<string, string>();
  for (const [name, value] of await readForm(octets, type)) {
    if (typeof value !== "string") files.set(name, [...(files.get(name) ?? []), value]);
    else if (texts.has(name)) throw new ApiRefusal(twice(name, "form"));
    else texts.set(name, value);
  }
  return { ...Object.fromEntries(files), ...Object.fromEntries(texts) };
}

async function readForm(octets: Uint8Array<ArrayBuffer>, type: string): Promise<FormData> {
  try {
    return await new Response(octets, { headers: { "content-type": type } }).formData();
  } catch (cause) {
    const refusal = new ApiRefusal({
      name: "invalid-request",
      detail: "The body is no whole multipart/form-data form.",
    });
    refusal.cause = cause;
    throw refusal;
  }
}

/** The query string as one value a name. The same name twice would leave open which one counts. */
export function queryValue(url: URL): Record<string, string> {
  const names = [...url.searchParams.keys()];
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated === undefined) return Object.fromEntries(url.searchParams);
  throw new ApiRefusal(twice(repeated, "address"));
}

function twice(name: string, place: "address" | "form"): ApiProblem {
  const fields = { [name]: `It stands twice in the ${place}.` };
  return { name: "invalid-request", detail: `A name stands twice in the ${place}.`, fields };
}
