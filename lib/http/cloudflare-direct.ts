import "server-only";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { CloudflareHandler, Incoming } from "@/lib/http/cloudflare-route";
import { answerDirectly, headerOf } from "@/lib/http/direct";

type Matched = { handler: CloudflareHandler; params: Incoming["params"]; search: string };

/** Answers one of Cloudflare's clients with a route's own reply, past Next (docs/decisions/0023). */
export function answerCloudflare(
  request: IncomingMessage,
  response: ServerResponse,
  { handler, params, search }: Matched,
): Promise<void> {
  return answerDirectly(request, response, () =>
    handler.reply({
      headers: { get: (name) => headerOf(request, name) },
      query: new URLSearchParams(search),
      // A body that is too long is not read to its end, and its answer still has to go out on this connection.
      body: request.iterator({ destroyOnReturn: false }),
      params,
    }),
  );
}
