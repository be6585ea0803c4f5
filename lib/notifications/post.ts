import "server-only";
import { globalAgent, request } from "node:https";
import type { LookupFunction } from "node:net";
import { AppError } from "@/lib/errors";
import { log } from "@/lib/log";
import { type Destination, resolveAllowed } from "@/lib/network/resolve";
import type { Networks } from "@/lib/network/rules";
import { ATTEMPT_TIMEOUT_MS, answerProblem } from "@/lib/notifications/rules";

/** What came of an attempt: the status that was answered, or null, and why it was no success, or null. */
export type Answer = { httpStatus: number | null; problem: string | null };

type Message = { headers: Record<string, string>; body: string };

/** A receiver that talks on is not listened to: its status has said everything. */
const ANSWER_LIMIT_BYTES = 4_096;

/**
 * Sends a message to an https address and answers within ten seconds with what came of it. The name is looked up once,
 * and the connection goes to the address that was found allowed. Redirects are not followed.
 */
export async function post(url: string, message: Message, networks: Networks): Promise<Answer> {
  const signal = AbortSignal.timeout(ATTEMPT_TIMEOUT_MS);
  try {
    const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
    const destination = await Promise.race([resolveAllowed(host, networks), whenAborted(signal)]);
    const httpStatus = await send(url, message, { destination, signal });
    return { httpStatus, problem: answerProblem(httpStatus) };
  } catch (error) {
    return { httpStatus: null, problem: signal.aborted ? TOO_SLOW : problemOf(error) };
  }
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
}

function send(
  url: string,
  { headers, body }: Message,
  { destination, signal }: { destination: Destination; signal: AbortSignal },
): Promise<number> {
  const lookup: LookupFunction = (_host, { all }, found) =>
    all ? found(null, [destination]) : found(null, destination.address, destination.family);
  const length = String(Buffer.byteLength(body));
  const options = {
    ...{ method: "POST", agent: globalAgent, lookup, signal },
    // A kept connection would be used again without another look at where it leads.
    headers: { ...headers, "content-length": length, connection: "close" },
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, options, (answer) => {
      let read = 0;
      answer.on("error", () => undefined);
      answer.on("data", (piece: Buffer) => {
        read += piece.length;
        if (read > ANSWER_LIMIT_BYTES) answer.destroy();
      });
      resolve(answer.statusCode ?? 0);
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

const TOO_SLOW = `It did not answer within ${ATTEMPT_TIMEOUT_MS / 1_000} seconds.`;
const UNTRUSTED =
  "Its certificate comes from a CA that this server does not trust. The setting NODE_EXTRA_CA_CERTS adds one.";
const NOT_HTTPS = "It does not speak HTTPS.";

/** Words for the codes of node:dns, node:net and OpenSSL. */
const SENTENCES = new Map([
  ["ENOTFOUND", "Its name is not known."],
  ["EAI_AGAIN", "Its name could not be looked up."],
  ["ECONNREFUSED", "Nothing listens there."],
  ["ECONNRESET", "It closed the connection without an answer."],
  ["EPIPE", "It closed the connection without an answer."],
  ["EHOSTUNREACH", "No way leads there from this server."],
  ["ENETUNREACH", "No way leads there from this server."],
  ["ETIMEDOUT", TOO_SLOW],
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
]);

/** Why nothing was answered. The errors' own messages are not shown: they may repeat the address, which may be secret. */
function problemOf(error: unknown): string {
  if (error instanceof AppError) return error.message;
  const code = error instanceof Error && "code" in error ? String(error.code) : null;
  if (code !== null) return SENTENCES.get(code) ?? `The connection failed (${code}).`;
  log.error({ err: error }, "a webhook could not be called");
  return "An unforeseen error; the server's log has it.";
}
