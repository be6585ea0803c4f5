import "server-only";
import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { globalAgent, Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { AppError } from "@/lib/errors";
import { type Destination, resolveAllowed } from "@/lib/network/resolve";
import { kindOf, type Networks } from "@/lib/network/rules";
import { untilAborted } from "@/lib/network/vetted-wait";

const CONNECT_TIMEOUT_MS = 10_000;
/** From the first look-up to the last byte, whatever signal an SDK passes on or forgets. */
const WHOLE_TIMEOUT_MS = 30_000;
/** Of an answer; the longest that a service has to give is a list of a thousand certificates. */
const ANSWER_LIMIT_BYTES = 4_194_304;

/** Of the connection, where a service is known by a CA of its own or wants a client's certificate. PEM. */
export type TlsTrust = {
  ca?: string | Buffer;
  cert?: string | Buffer;
  key?: string | Buffer;
  servername?: string;
};

export type VettedRequest = {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string | Uint8Array | null;
  tls?: TlsTrust;
};

export type VettedOptions = {
  networks: Networks;
  signal: AbortSignal;
  /** Plain http is taken wherever it leads: for what is signed and no secret, such as revocation lists. */
  plainHttp?: boolean;
  /** Bytes of an answer that are read; 4 MB when left out. */
  limitBytes?: number;
};

/** Repeated headers stand with ", " between them. */
export type VettedAnswer = { status: number; headers: Record<string, string>; body: Buffer };

/**
 * Sends one request to an address that somebody entered. The name is looked up once, the connection goes to the address
 * that was found allowed, and plain http only to this machine itself unless told otherwise. Redirects are answered, not
 * followed; compressed answers are not asked for; at most 4 MB are read unless told otherwise; a connection has to stand
 * within ten seconds, the answer within thirty.
 * @throws AppError "blocked" for an address that is not allowed, "invalid_input" for an answer that is too long;
 *   errors of node:dns, node:net and node:tls
 */
export async function vettedRequest(
  wanted: VettedRequest,
  { networks, signal: given, plainHttp = false, limitBytes = ANSWER_LIMIT_BYTES }: VettedOptions,
): Promise<VettedAnswer> {
  given.throwIfAborted();
  const signal = AbortSignal.any([given, AbortSignal.timeout(WHOLE_TIMEOUT_MS)]);
  const url = new URL(wanted.url);
  const found = resolveAllowed(url.hostname.replace(/^\[|\]$/g, ""), networks);
  const destination = await untilAborted(found, signal);
  if (url.protocol !== "https:" && !plainHttp && kindOf(destination.address) !== "loopback")
    throw new AppError("blocked", "Plain http is for this machine only: enter an https address.");
  return send(url, wanted, { destination, signal, limitBytes });
}

type Way = { destination: Destination; signal: AbortSignal; limitBytes: number };

function send(url: URL, wanted: VettedRequest, { destination, signal, limitBytes }: Way): Promise<VettedAnswer> {
  const lookup: LookupFunction = (_host, { all }, answer) =>
    all ? answer(null, [destination]) : answer(null, destination.address, destination.family);
  const kept = Object.entries(wanted.headers).filter(([name]) => !OWN_HEADERS.has(name.toLowerCase()));
  const length = wanted.body === null ? {} : { "content-length": String(Buffer.byteLength(wanted.body)) };
  const options = {
    ...{ method: wanted.method, lookup, signal },
    headers: { ...Object.fromEntries(kept), ...length, connection: "close", "accept-encoding": "identity" },
  };
  return new Promise((resolve, reject) => {
    const outgoing =
      url.protocol === "https:"
        ? // An agent of its own: a kept connection would be used again without another look at where it leads.
          requestHttps(url, { ...options, agent: new HttpsAgent({ ca: globalAgent.options.ca, ...wanted.tls }) })
        : requestHttp(url, { ...options, agent: false });
    outgoing.on("error", reject);
    outgoing.on("response", (answer) => readAnswer(answer, limitBytes).then(resolve, reject));
    limitConnecting(outgoing, url.protocol === "https:" ? "secureConnect" : "connect");
    outgoing.end(wanted.body ?? undefined);
  });
}

/** What this file decides, whatever an SDK wrote there. */
const OWN_HEADERS = new Set(["connection", "accept-encoding", "content-length", "transfer-encoding", "expect"]);

function limitConnecting(outgoing: ClientRequest, connected: "connect" | "secureConnect"): void {
  const timer = setTimeout(() => {
    outgoing.destroy(Object.assign(new Error("no connection in time"), { code: "ETIMEDOUT" }));
  }, CONNECT_TIMEOUT_MS);
  outgoing.on("socket", (socket) => socket.once(connected, () => clearTimeout(timer)));
  outgoing.on("close", () => clearTimeout(timer));
}

async function readAnswer(answer: IncomingMessage, limitBytes: number): Promise<VettedAnswer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of answer) {
    pieces.push(piece);
    length += piece.length;
    // Leaving the loop destroys the connection.
    if (length > limitBytes) throw new AppError("invalid_input", "Its answer is longer than Certsweep reads.");
  }
  const headers = Object.entries(answer.headers).map(([name, value]) => [name, [value].flat().join(", ")]);
  return { status: answer.statusCode ?? 0, headers: Object.fromEntries(headers), body: Buffer.concat(pieces) };
}
