import "server-only";
import { ApiRefusal } from "@/lib/http/api-problem";
import { readStrictJson } from "@/lib/http/strict-json";

/** Octets. Above the longest certificate file, of which one body carries one. */
export const API_BODY_LIMIT = 10 * 1024 * 1024;

const JSON_TYPE = /^application\/(?:[a-z0-9.-]+\+)?json *(?:;|$)/i;

/** The octets of a body, none when there is none. Reads no further than the limit, whatever the header says. */
export async function readBody(request: Request): Promise<Uint8Array> {
  const tooLarge = { name: "body-too-large", detail: `The body may have ${API_BODY_LIMIT} octets.` } as const;
  if (Number(request.headers.get("content-length") ?? 0) > API_BODY_LIMIT) throw new ApiRefusal(tooLarge);
  const pieces: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > API_BODY_LIMIT) {
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

/** The query string as one value a name. The same name twice would leave open which one counts. */
export function queryValue(url: URL): Record<string, string> {
  const names = [...url.searchParams.keys()];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return Object.fromEntries(url.searchParams);
  const fields = { [twice]: "It stands twice in the address." };
  throw new ApiRefusal({ name: "invalid-request", detail: "A name stands twice in the address.", fields });
}
