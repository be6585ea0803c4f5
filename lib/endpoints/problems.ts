import "server-only";
import { AppError } from "@/lib/errors";
import { log } from "@/lib/log";

/** Why a peer could not be looked at, as a sentence about "it", without a word of what it said. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

const CLOSED = "It closed the connection before the TLS handshake was finished.";
const NO_WAY = "No way leads there from this server.";
const NOT_TLS = "It does not speak TLS on this port.";
const NO_VERSION = "It speaks no version of TLS that this server knows.";
const NOTHING_IN_COMMON =
  "It refused the handshake without showing a certificate: it has none for this name, or no cipher in common.";

/** Words for the codes of node:dns, node:net and OpenSSL. */
const SENTENCES = new Map([
  ["ENOTFOUND", "Its name is not known."],
  ["ENODATA", "Its name has no address."],
  ["EAI_AGAIN", "Its name could not be looked up."],
  ["ECONNREFUSED", "Nothing listens there."],
  ["ECONNRESET", CLOSED],
  ["EPIPE", CLOSED],
  ["EHOSTUNREACH", NO_WAY],
  ["ENETUNREACH", NO_WAY],
  ["EADDRNOTAVAIL", NO_WAY],
  ["ETIMEDOUT", "Nothing answered there."],
  ["EPROTO", NOT_TLS],
  ["ERR_SSL_WRONG_VERSION_NUMBER", NOT_TLS],
  ["ERR_SSL_PACKET_LENGTH_TOO_LONG", NOT_TLS],
  ["ERR_SSL_UNSUPPORTED_PROTOCOL", NO_VERSION],
  ["ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", NO_VERSION],
  ["ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", NOTHING_IN_COMMON],
  ["ERR_SSL_TLSV1_ALERT_INSUFFICIENT_SECURITY", NOTHING_IN_COMMON],
  ["ERR_SSL_TLSV1_UNRECOGNIZED_NAME", "It does not know the server name that it was asked for."],
  ["ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR", "It ended the handshake because of an error of its own."],
]);

/** What to tell people about an error that a peer brought about. */
export function problemOf(error: unknown): string {
  if (error instanceof Unreachable || error instanceof AppError) return error.message;
  const code = error instanceof Error && "code" in error ? String(error.code) : null;
  if (code === null) {
    log.error({ err: error }, "an endpoint could not be looked at");
    return "An unforeseen error; the server's log has it.";
  }
  const failed = code.startsWith("ERR_SSL_") ? "The TLS handshake" : "The connection";
  return SENTENCES.get(code) ?? `${failed} failed (${code}).`;
}
