import { DestinationError, type FailureKind } from "@/lib/destinations/adapter";
import { AppError } from "@/lib/errors";

const UNTRUSTED =
  "Its certificate comes from a CA that this server does not trust. The setting NODE_EXTRA_CA_CERTS adds one.";
const NOT_HTTPS = "It does not speak HTTPS.";
const CLOSED = "It closed the connection without an answer.";
const NO_WAY = "No way leads there from this server.";

/** Words for the codes of node:dns, node:net and OpenSSL. */
const SENTENCES = new Map([
  ["ENOTFOUND", "Its name is not known."],
  ["EAI_AGAIN", "Its name could not be looked up."],
  ["ECONNREFUSED", "Nothing listens there."],
  ["ECONNRESET", CLOSED],
  ["EPIPE", CLOSED],
  ["EHOSTUNREACH", NO_WAY],
  ["ENETUNREACH", NO_WAY],
  ["ETIMEDOUT", "It did not answer in time."],
  ["EPROTO", NOT_HTTPS],
  ["ERR_SSL_WRONG_VERSION_NUMBER", NOT_HTTPS],
  ["CERT_HAS_EXPIRED", "Its certificate has expired."],
  ["CERT_NOT_YET_VALID", "Its certificate is not valid yet."],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "Its certificate is for another name."],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", UNTRUSTED],
  ["SELF_SIGNED_CERT_IN_CHAIN", UNTRUSTED],
  ["UNABLE_TO_GET_ISSUER_CERT", UNTRUSTED],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", UNTRUSTED],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", UNTRUSTED],
  ["ERR_ANSWER_TOO_LONG", "Its answer is longer than Certsweep reads."],
]);

/** How many causes deep an SDK may have wrapped what happened. */
const DEPTH = 6;

/** What a connection failed of, however deep an SDK has wrapped it; null for what is no failure of a connection. */
export function connectionFailure(error: unknown): DestinationError | null {
  let inner: unknown = error;
  for (let depth = 0; depth < DEPTH && inner instanceof Error; depth++) {
    if (inner instanceof DestinationError) return inner;
    if (inner instanceof AppError) return new DestinationError("unreachable", inner.message);
    // An AbortSignal's own time-out.
    const code = inner.name === "TimeoutError" ? "ETIMEDOUT" : "code" in inner ? inner.code : undefined;
    const sentence = typeof code === "string" ? SENTENCES.get(code) : undefined;
    if (sentence !== undefined) return new DestinationError("unreachable", sentence);
    inner = inner.cause;
  }
  return null;
}

/** A wish of more than an hour is a mistake of the destination's. */
const RETRY_AFTER_MAX_SECONDS = 3_600;

/** The milliseconds of a Retry-After in seconds; null for a date or nothing. */
export function retryAfter(header: string | null | undefined): number | null {
  if (header === null || header === undefined || !/^\d{1,6}$/.test(header)) return null;
  return Math.min(Number(header), RETRY_AFTER_MAX_SECONDS) * 1_000;
}

/** What an HTTP status means where a service says no more. */
export function kindOfStatus(status: number): FailureKind {
  switch (status) {
    case 401:
      return "credentials";
    case 403:
      return "forbidden";
    case 404:
      return "missing";
    case 429:
      return "throttled";
    default:
      return status >= 500 || status < 400 ? "unreachable" : "rejected";
  }
}
