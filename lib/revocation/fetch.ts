import "server-only";
import { AppError } from "@/lib/errors";
import type { Networks } from "@/lib/network/rules";
import { type VettedAnswer, vettedRequest } from "@/lib/network/vetted-request";
import { isSpared, noteHost } from "@/lib/revocation/hosts";
import { LIST_LIMIT_BYTES } from "@/lib/revocation/rules";

/** Far more than an answer with a responder's chain takes. */
const ANSWER_LIMIT_BYTES = 65_536;
const CERTIFICATE_LIMIT_BYTES = 131_072;
const ANSWER_TIMEOUT_MS = 10_000;
const LIST_TIMEOUT_MS = 30_000;

export type FetchOptions = {
  networks: Networks;
  signal: AbortSignal;
  now: Date;
  /** Hosts that did not answer lately are not asked: for checks that nobody waits for. */
  sparesHosts: boolean;
};

/** What came from an address, or why nothing did, as a sentence about "it". */
export type Fetched = { kind: "fetched"; body: Buffer } | { kind: "failed"; sentence: string };

/** Asks an OCSP responder. By POST: every responder takes it, and nothing on the way answers from a store (RFC 6960 §A.1). */
export function fetchAnswer(url: string, request: Uint8Array, options: FetchOptions): Promise<Fetched> {
  const headers = { "content-type": "application/ocsp-request", accept: "application/ocsp-response" };
  const limits = { limitBytes: ANSWER_LIMIT_BYTES, timeoutMs: ANSWER_TIMEOUT_MS };
  return fetchFrom({ url, method: "POST", headers, body: request }, limits, options);
}

export function fetchList(url: string, options: FetchOptions): Promise<Fetched> {
  const limits = { limitBytes: LIST_LIMIT_BYTES, timeoutMs: LIST_TIMEOUT_MS };
  return fetchFrom(
    { url, method: "GET", headers: { accept: "application/pkix-crl, */*" }, body: null },
    limits,
    options,
  );
}

/** The certificate of an issuer, from the address that its certificates name. */
export function fetchIssuer(url: string, options: FetchOptions): Promise<Fetched> {
  const limits = { limitBytes: CERTIFICATE_LIMIT_BYTES, timeoutMs: ANSWER_TIMEOUT_MS };
  return fetchFrom(
    { url, method: "GET", headers: { accept: "application/pkix-cert, */*" }, body: null },
    limits,
    options,
  );
}

/** The addresses that can be asked here: directories (ldap) and files cannot. */
export function webAddresses(urls: readonly string[]): URL[] {
  return urls.flatMap((url) => {
    const parsed = URL.canParse(url) ? new URL(url) : null;
    return parsed !== null && (parsed.protocol === "http:" || parsed.protocol === "https:") ? [parsed] : [];
  });
}

type Wanted = { url: string; method: "GET" | "POST"; headers: Record<string, string>; body: Uint8Array | null };
type Limits = { limitBytes: number; timeoutMs: number };

async function fetchFrom(wanted: Wanted, { limitBytes, timeoutMs }: Limits, options: FetchOptions): Promise<Fetched> {
  const { networks, signal, now, sparesHosts } = options;
  const { host } = new URL(wanted.url);
  const spared = sparesHosts ? isSpared(host, now) : null;
  if (spared !== null) return { kind: "failed", sentence: spared };
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const answer = await vettedRequest(wanted, { networks, signal: limit, plainHttp: true, limitBytes });
    noteHost(host, { problem: null, now });
    const problem = problemOfAnswer(answer);
    return problem === null ? { kind: "fetched", body: answer.body } : { kind: "failed", sentence: problem };
  } catch (error) {
    signal.throwIfAborted();
    const sentence = problemOf(error);
    noteHost(host, { problem: error instanceof AppError ? null : sentence, now });
    return { kind: "failed", sentence };
  }
}

function problemOfAnswer({ status, headers, body }: VettedAnswer): string | null {
  if (status >= 300 && status < 400)
    return `It redirects elsewhere (HTTP status ${status}), which Certsweep does not follow.`;
  if (status !== 200) return `It answered with HTTP status ${status}.`;
  const coding = headers["content-encoding"]?.toLowerCase() ?? "identity";
  if (coding !== "identity") return "Its answer is compressed, though that was not asked for.";
  if (body.length === 0) return "Its answer is empty.";
  // What networks with a sign-in page, and CAs that have moved, answer to everything.
  const isPage = /^\s*<(!doctype|html|\?xml)/i.test(body.subarray(0, 200).toString("latin1"));
  return isPage ? "It answered with a web page." : null;
}

const NO_WAY = "No way leads there from this server.";
const CLOSED = "It closed the connection without an answer.";

/** Words for the codes of node:dns, node:net and node:http. */
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
  ["ETIMEDOUT", "It did not answer in time."],
]);

/** What a stranger's server, or none, brought about. */
function problemOf(error: unknown): string {
  if (error instanceof AppError) return error.message;
  if (error instanceof Error && error.name === "TimeoutError") return "It did not answer in time.";
  // What vettedRequest ends by its signal, node:http reports as an abort.
  if (error instanceof Error && error.name === "AbortError") return "It did not answer in time.";
  const code = error instanceof Error && "code" in error ? String(error.code) : null;
  if (code === null) throw error;
  if (code.startsWith("HPE_")) return "It does not speak HTTP.";
  return SENTENCES.get(code) ?? `The connection failed (${code}).`;
}
