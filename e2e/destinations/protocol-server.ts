import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { generateCertificate } from "@/lib/certificates/generate";
import { pemOfKey } from "./test-copy";

export type Asked = { method: string; url: URL; headers: IncomingHttpHeaders; body: string };
/** "break" ends the connection without an answer; "hang" never answers. */
export type Reply = { status: number; headers?: Record<string, string>; body?: string | Buffer } | "break" | "hang";
/** Comes between: `answer` is what the service would do and say. Null lets that happen. */
export type Fault = (asked: Asked, answer: () => Reply) => Reply | null;

export type ProtocolServer = {
  /** "https://localhost:PORT" */
  origin: string;
  /** The CA that its certificate is from, PEM. */
  ca: string;
  asked: Asked[];
  fault: (fault: Fault | null) => void;
  stop: () => Promise<void>;
};

const HOUR_MS = 3_600_000;

/** A service on this machine with a certificate for localhost from a CA of its own. */
export async function startProtocolServer(service: (asked: Asked, origin: string) => Reply): Promise<ProtocolServer> {
  const validity = { notBefore: new Date(Date.now() - HOUR_MS), notAfter: new Date(Date.now() + 24 * HOUR_MS) };
  const ca = await generateCertificate({ subjectCommonName: "Service CA", isCa: true, ...validity });
  const leaf = await generateCertificate({
    subjectCommonName: "Service",
    dnsNames: ["localhost"],
    issuer: ca,
    ...validity,
  });
  const asked: Asked[] = [];
  let fault: Fault | null = null;
  let origin = "";
  const server = createServer({ cert: leaf.pem, key: pemOfKey(leaf.privateKey) }, (request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const { method = "GET", url = "/", headers } = request;
      const one = { method, url: new URL(url, origin), headers, body: Buffer.concat(pieces).toString() };
      asked.push(one);
      const answer = () => service(one, origin);
      send(response, fault?.(one, answer) ?? answer());
    });
  });
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  origin = `https://localhost:${address.port}`;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const setFault = (next: Fault | null) => {
    fault = next;
  };
  return { origin, ca: ca.pem, asked, fault: setFault, stop };
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply === "hang") return;
  if (reply === "break") {
    response.destroy();
    return;
  }
  response.on("error", () => undefined);
  response.writeHead(reply.status, reply.headers).end(reply.body);
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}
