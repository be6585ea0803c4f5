import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ForeignCa } from "./foreign-ca";

export type Reply = { status?: number; headers?: Record<string, string>; body?: Buffer | string } | "hang" | "drip";
type Ask = { path: string; method: string; headers: IncomingMessage["headers"]; body: Buffer };

/** A CA with its responder and its list on a port of this machine, as somebody else's would be. */
export type ForeignCaServer = {
  ca: ForeignCa;
  origin: string;
  asked: Ask[];
  /** Answers instead of the CA, until it is null again. */
  fault: (reply: ((ask: Ask) => Reply | Promise<Reply> | null) | null) => void;
  stop: () => Promise<void>;
};

/** `/ocsp`, `/crl` and `/ca` answer as openssl makes the answers, with two days until the next. */
export async function startForeignCa(name = "Foreign CA"): Promise<ForeignCaServer> {
  const asked: Ask[] = [];
  const state: { fault: ((ask: Ask) => Reply | Promise<Reply> | null) | null } = { fault: null };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${portOf(server.address())}`;
  const ca = await ForeignCa.make(name, { ocsp: `${origin}/ocsp`, crl: `${origin}/crl`, issuer: `${origin}/ca` });

  // The CA's files are for one openssl at a time.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work, work);
    turn = done.catch(() => undefined);
    return done;
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const ask = {
      path: request.url ?? "",
      method: request.method ?? "",
      headers: request.headers,
      body: Buffer.concat(pieces),
    };
    asked.push(ask);
    const reply = (await state.fault?.(ask)) ?? (await inTurn(() => usual(ask)));
    if (reply === "hang") return;
    if (reply === "drip") {
      response.writeHead(200);
      const timer = setInterval(() => response.write("."), 100);
      response.on("close", () => clearInterval(timer));
      return;
    }
    response.writeHead(reply.status ?? 200, reply.headers);
    response.end(reply.body);
  }

  async function usual({ path, body }: Ask): Promise<Reply> {
    switch (path) {
      case "/ocsp":
        return { headers: { "content-type": "application/ocsp-response" }, body: await ca.answer(body, { days: 2 }) };
      case "/crl":
        return { headers: { "content-type": "application/pkix-crl" }, body: await ca.list({ days: 2 }) };
      case "/ca":
        return { headers: { "content-type": "application/pkix-cert" }, body: await ca.der() };
      default:
        return { status: 404, body: "nothing here" };
    }
  }

  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await turn;
    await ca.remove();
  };
  const fault: ForeignCaServer["fault"] = (reply) => {
    state.fault = reply;
  };
  return { ca, origin, asked, stop, fault };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}
