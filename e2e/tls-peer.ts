import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createSecureContext, TLSSocket, type TLSSocketOptions } from "node:tls";
import { type CertificateOrder, type GeneratedCertificate, generateCertificate } from "@/lib/certificates/generate";

const HOUR_MS = 3_600_000;

/** A certificate with what a server needs to show it. */
export type Identity = {
  leaf: GeneratedCertificate;
  /** PEM of the leaf and, where it is not signed by itself, of its CA. */
  bundle: string;
  /** PKCS#8 PEM. */
  key: string;
  /** SHA-256 of the leaf's DER in lower-case hex. */
  fingerprint: string;
};

/** A certificate for a server, valid for a day unless the order says otherwise. */
export async function makeIdentity(
  name: string,
  { issuer, ...order }: Partial<CertificateOrder> = {},
): Promise<Identity> {
  const validity = { notBefore: new Date(Date.now() - HOUR_MS), notAfter: new Date(Date.now() + 24 * HOUR_MS) };
  const leaf = await generateCertificate({
    ...{ subjectCommonName: name, dnsNames: [name], ...validity, ...order },
    ...(issuer && { issuer }),
  });
  const bundle = [leaf, ...(issuer ? [issuer] : [])].map(({ pem }) => `${pem}\n`).join("");
  const fingerprint = createHash("sha256").update(leaf.der).digest("hex");
  return { leaf, bundle, key: await keyOf(leaf.privateKey), fingerprint };
}

/** A CA for makeIdentity, signed by itself or by another. */
export function makeAuthority(name: string, issuer?: GeneratedCertificate): Promise<GeneratedCertificate> {
  const validity = { notBefore: new Date(Date.now() - HOUR_MS), notAfter: new Date(Date.now() + 24 * HOUR_MS) };
  return generateCertificate({ subjectCommonName: name, isCa: true, ...validity, ...(issuer && { issuer }) });
}

async function keyOf(key: CryptoKey): Promise<string> {
  const der = Buffer.from(await globalThis.crypto.subtle.exportKey("pkcs8", key));
  const label = ["PRIVATE", "KEY"].join(" ");
  return [`-----BEGIN ${label}-----`, der.toString("base64"), `-----END ${label}-----`, ""].join("\n");
}

export type PeerOptions = {
  /** Default 127.0.0.1. */
  host?: string;
  /** What is shown to those who ask for one of these names; to all others the first. */
  identities: Record<string, Identity>;
  tls?: TLSSocketOptions;
  /** What is talked about before TLS; nothing follows when it answers false. */
  before?: (socket: Socket) => Promise<boolean>;
};

export type Peer = {
  port: number;
  /** Whom the next ones see. */
  show: (identities: Record<string, Identity>) => void;
  /** Connections that were taken, and those still open. */
  taken: () => number;
  open: () => number;
  /** What clients said after the handshake. */
  heard: () => number;
  stop: () => Promise<void>;
};

/** A server that shows its certificates, at once or after a few words of another protocol. */
export async function startPeer(options: PeerOptions): Promise<Peer> {
  let { identities } = options;
  const sockets = new Set<Socket>();
  let taken = 0;
  let heard = 0;
  const server = createServer(async (socket) => {
    taken += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    if (options.before !== undefined && !(await options.before(socket))) return;
    const secure = new TLSSocket(socket, {
      ...{ isServer: true, secureContext: contextOf(identities, ""), ...options.tls },
      SNICallback: (name, found) => found(null, contextOf(identities, name, options.tls)),
    });
    secure.on("error", () => undefined);
    secure.on("data", (piece: Buffer) => {
      heard += piece.length;
    });
  });
  const port = await listen(server, options.host);
  const show = (next: Record<string, Identity>) => {
    identities = next;
  };
  return {
    ...{ port, show, taken: () => taken, open: () => sockets.size, heard: () => heard },
    stop: () => stopServer(server, sockets),
  };
}

/** A server that does with its connections what it is told. */
export async function startRawPeer(onConnection: (socket: Socket) => void): Promise<Omit<Peer, "show" | "heard">> {
  const sockets = new Set<Socket>();
  let taken = 0;
  const server = createServer((socket) => {
    taken += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    onConnection(socket);
    // Who does not listen would not hear the other side leave.
    socket.resume();
  });
  const port = await listen(server);
  return { port, taken: () => taken, open: () => sockets.size, stop: () => stopServer(server, sockets) };
}

function contextOf(identities: Record<string, Identity>, name: string, options: TLSSocketOptions = {}) {
  const identity = identities[name] ?? Object.values(identities)[0];
  return createSecureContext({ ...options, ...(identity && { cert: identity.bundle, key: identity.key }) });
}

async function listen(server: Server, host = "127.0.0.1"): Promise<number> {
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, host, resolve));
  return addressOf(server.address()).port;
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === "string") throw new Error("The server has no port");
  return address;
}

function stopServer(server: Server, sockets: Set<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}
