import type { IncomingHttpHeaders } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { pipeline, Readable } from "node:stream";
import { generateCertificate } from "@/lib/certificates/generate";

type Received = { path: string; headers: IncomingHttpHeaders; body: string };
type Answer = { status: number; headers?: Record<string, string>; body?: string };

export type Receiver = {
  /** "https://localhost:PORT" */
  origin: string;
  port: number;
  /** The CA that its certificate is from, PEM. */
  ca: string;
  received: Received[];
  /** How many answers the other side did not take to their end. */
  brokenOff: () => number;
  /** What is answered from now on; null holds the answer back. */
  answerWith: (answer: Answer | null) => void;
  stop: () => Promise<void>;
};

const HOUR_MS = 3_600_000;

/** A webhook's receiver on this machine, with a certificate for localhost from a CA of its own. Answers 204 at first. */
export async function startReceiver(names: string[] = ["localhost"]): Promise<Receiver> {
  const validity = { notBefore: new Date(Date.now() - HOUR_MS), notAfter: new Date(Date.now() + 24 * HOUR_MS) };
  const ca = await generateCertificate({ subjectCommonName: "Receiver CA", isCa: true, ...validity });
  const leaf = await generateCertificate({ subjectCommonName: "Receiver", dnsNames: names, issuer: ca, ...validity });
  const received: Received[] = [];
  let present: Answer | null = { status: 204 };
  let brokenOff = 0;
  const server = createServer({ cert: leaf.pem, key: await keyOf(leaf.privateKey) }, (request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      received.push({ path: request.url ?? "", headers: request.headers, body: Buffer.concat(pieces).toString() });
      if (present === null) return;
      response.writeHead(present.status, present.headers);
      // In pieces, which wait until the other side takes them.
      pipeline(Readable.from(present.body?.match(/.{1,65536}/gs) ?? []), response, (error) => {
        if (error) brokenOff += 1;
      });
    });
  });
  // Whoever does not trust the certificate breaks off, which is part of the tests.
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const { port } = addressOf(server.address());
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const answerWith = (answer: Answer | null) => {
    present = answer;
  };
  return {
    origin: `https://localhost:${port}`,
    port,
    ca: ca.pem,
    received,
    brokenOff: () => brokenOff,
    answerWith,
    stop,
  };
}

async function keyOf(key: CryptoKey): Promise<string> {
  const der = Buffer.from(await globalThis.crypto.subtle.exportKey("pkcs8", key));
  const label = ["PRIVATE", "KEY"].join(" ");
  return [`-----BEGIN ${label}-----`, der.toString("base64"), `-----END ${label}-----`, ""].join("\n");
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === "string") throw new Error("The receiver has no port");
  return address;
}
