import "server-only";
import type { Buffer } from "node:buffer";
import { constants, type X509Certificate } from "node:crypto";
import type { Duplex } from "node:stream";
import { connect, createSecureContext, type SecureContext, type SecureContextOptions, type TLSSocket } from "node:tls";
import { Unreachable } from "@/lib/endpoints/problems";

/** A chain that is longer is cut: nobody's is. */
const CHAIN_LIMIT = 10;

/** The certificates of a handshake as DER: the leaf, and what was sent with it, each the issuer of the one before. */
export type ServedChain = { leaf: Buffer; chain: Buffer[] };

/**
 * To look is not to trust: what is old, weak or unsigned can be seen as well. No CA is loaded, so that nothing but what
 * the peer sent is in the chain, and no session is kept.
 */
const OPTIONS: SecureContextOptions = {
  ca: [],
  minVersion: "TLSv1",
  ciphers: "DEFAULT@SECLEVEL=0",
  secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT | constants.SSL_OP_NO_TICKET,
};

let context: SecureContext | undefined;

/**
 * Shakes hands over a fresh wire and answers with the certificates that the peer showed. Rejects with what the peer did
 * wrong. The caller closes the wire, at once, so that nothing but the handshake is sent.
 */
export function shakeHands(wire: Duplex, serverName: string | null): Promise<ServedChain> {
  context ??= createSecureContext(OPTIONS);
  const socket = connect({
    ...{ socket: wire, secureContext: context, rejectUnauthorized: false, minDHSize: 1 },
    ...(serverName === null ? {} : { servername: serverName }),
  });
  wire.once("close", () => socket.destroy());
  return new Promise((resolve, reject) => {
    let seen: ServedChain | null = null;
    // Of every handshake also the end is heard: an error costs more than the rest of this, so it is only made if wanted.
    const finish = (problem: Error | string) => {
      if (seen !== null) resolve(seen);
      else reject(typeof problem === "string" ? new Unreachable(problem) : problem);
    };
    // In TLS 1.2 a server that wants a client's certificate ends the handshake, having proved its own by then.
    socket.once("keylog", (line: Buffer) => {
      if (line.subarray(0, TLS_1_2.length).toString("latin1") === TLS_1_2) seen = chainOf(socket);
    });
    socket.once("secureConnect", () => {
      seen ??= chainOf(socket);
      finish("It finished the handshake without a certificate.");
    });
    wire.once("error", finish);
    // Late errors too have a listener: on, not once.
    socket.on("error", finish);
    socket.once("close", () => finish("It closed the connection during the handshake."));
  });
}

/** How the line begins that OpenSSL logs once the keys of TLS 1.2 and older are agreed on. */
const TLS_1_2 = "CLIENT_RANDOM ";

/** To be asked once a socket: Node takes the leaf out of the chain that it asks for. */
function chainOf(socket: TLSSocket): ServedChain | null {
  const leaf = socket.getPeerX509Certificate();
  if (leaf === undefined) return null;
  const chain: Buffer[] = [];
  let link: X509Certificate | undefined = leaf.issuerCertificate;
  while (link !== undefined && chain.length < CHAIN_LIMIT) {
    chain.push(link.raw);
    link = link.issuerCertificate;
  }
  return { leaf: leaf.raw, chain };
}
