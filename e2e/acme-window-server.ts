import { z } from "zod";
import { json, type ProtocolServer, startProtocolServer } from "./destinations/protocol-server";

export type WindowServer = ProtocolServer & {
  directoryUrl: string;
  /** What is suggested from now on; null offers nothing. */
  suggest: (window: { start: Date; end: Date; retryAfter?: string } | null) => void;
  /** Has the next orders that name a certificate refused with this type of problem. */
  refuseReplacing: (type: string | null) => void;
  /** Payloads of the orders that came. */
  ordered: Record<string, unknown>[];
};

const signed = z.object({ payload: z.string() });

/** As much of an ACME server as renewal information needs (RFC 9773): a directory, accounts, orders that stay open. */
export async function startWindowServer(): Promise<WindowServer> {
  let window: { start: Date; end: Date; retryAfter?: string } | null = null;
  let refused: string | null = null;
  const ordered: Record<string, unknown>[] = [];
  const nonce = { "replay-nonce": "bm9uY2U" };
  const server = await startProtocolServer(({ url, body }, origin) => {
    const at = (path: string) => `${origin}${path}`;
    if (url.pathname === "/dir") {
      const offered = window === null ? {} : { renewalInfo: at("/window") };
      const places = {
        newNonce: at("/nonce"),
        newAccount: at("/account"),
        newOrder: at("/order"),
        revokeCert: at("/no"),
      };
      return json(200, { ...places, ...offered });
    }
    if (url.pathname === "/nonce") return { status: 200, headers: nonce };
    if (url.pathname === "/account") return json(201, { status: "valid" }, { ...nonce, location: at("/account/1") });
    if (url.pathname.startsWith("/window/") && window !== null) {
      const { start, end, retryAfter } = window;
      const headers = retryAfter === undefined ? {} : { "retry-after": retryAfter };
      return json(200, { suggestedWindow: { start: start.toISOString(), end: end.toISOString() } }, headers);
    }
    if (url.pathname !== "/order")
      return json(404, { type: "urn:ietf:params:acme:error:malformed", detail: "Nothing here" });
    const text = Buffer.from(signed.parse(JSON.parse(body)).payload, "base64url").toString();
    const payload = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
    ordered.push(payload);
    if (refused !== null && "replaces" in payload)
      return json(409, { type: `urn:ietf:params:acme:error:${refused}`, detail: "No" }, nonce);
    const order = { status: "pending", authorizations: [], finalize: at("/finalize") };
    return json(201, order, { ...nonce, location: at("/order/1") });
  });
  return {
    ...server,
    directoryUrl: `${server.origin}/dir`,
    ordered,
    suggest: (next) => {
      window = next;
    },
    refuseReplacing: (type) => {
      refused = type;
    },
  };
}
