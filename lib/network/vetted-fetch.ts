import "server-only";
import type { Networks } from "@/lib/network/rules";
import { vettedRequest } from "@/lib/network/vetted-request";

/** Statuses whose answers have no body (Fetch standard). */
const BODILESS = [101, 103, 204, 205, 304];

/** A `fetch` for clients that take one: it connects as `vettedRequest` does, and answers redirects as they are. */
export function vettedFetch(networks: Networks): typeof fetch {
  return async (input, init) => {
    const { url, method, headers, body, signal } = new Request(input, init);
    const sent = body === null ? null : new Uint8Array(await new Response(body).arrayBuffer());
    const answer = await vettedRequest(
      { url, method, headers: Object.fromEntries(headers), body: sent },
      { networks, signal },
    );
    const text = BODILESS.includes(answer.status) ? null : new Uint8Array(answer.body);
    return new Response(text, { status: answer.status, headers: answer.headers });
  };
}
