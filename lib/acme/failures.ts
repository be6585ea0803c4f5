import "server-only";
import { z } from "zod";
import { connectionFailure } from "@/lib/destinations/failures";
import { AppError } from "@/lib/errors";
import { IssuerError } from "@/lib/issuers/failure";
import { log } from "@/lib/log";

/** What a CA answered instead of what was asked for. `type` is the last part of an ACME problem's URN, null without one. */
export class AcmeRefusal extends IssuerError {
  readonly type: string | null;
  readonly status: number;

  constructor({ kind, sentence, retryAfterMs, type, status }: RefusalFacts) {
    super(kind, sentence, retryAfterMs);
    this.type = type;
    this.status = status;
  }
}

type RefusalFacts = {
  kind: IssuerError["kind"];
  sentence: string;
  retryAfterMs: number | null;
  type: string | null;
  status: number;
};

const UNTRUSTED = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** Why a CA did not answer at all. */
export function explainFailure(error: unknown, signal: AbortSignal): IssuerError {
  if (error instanceof IssuerError) return error;
  if (error instanceof AppError && error.code === "blocked") return new IssuerError("blocked", error.message, null);
  if (error instanceof AppError) return new IssuerError("unreachable", `The CA cannot be used: ${error.message}`, null);
  if (signal.aborted) return new IssuerError("unreachable", "The call to the CA was broken off.", null);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (UNTRUSTED.has(code))
    return new IssuerError(
      "unreachable",
      "The CA's own certificate comes from a CA that this server does not trust. Enter that one as the issuer's CA bundle.",
      null,
    );
  const known = connectionFailure(error);
  if (known !== null) return new IssuerError("unreachable", `The CA cannot be reached. ${known.message}`, null);
  log.error({ err: error }, "a CA could not be asked");
  return new IssuerError("unreachable", `The CA cannot be reached (${code || "an unforeseen error"}).`, null);
}

const problem = z.object({
  type: z.string().optional().catch(undefined),
  detail: z.string().optional().catch(undefined),
  title: z.string().optional().catch(undefined),
  subproblems: z
    .array(
      z.object({
        detail: z.string().optional().catch(undefined),
        identifier: z.object({ value: z.string() }).optional().catch(undefined),
      }),
    )
    .optional()
    .catch(undefined),
});

/** Reads the problem document of an answer that is no success (RFC 8555 §6.7). */
export function refusalOf(answer: { status: number; headers: Record<string, string>; data: unknown }): AcmeRefusal {
  const { status, headers, data } = answer;
  const read = problem.safeParse(data);
  const type = read.success ? typeOf(read.data.type) : null;
  const told = problemSentence(data);
  const sentence =
    told === null ? `The CA answered with HTTP status ${status} and no reason.` : `The CA refused. ${told}`;
  return new AcmeRefusal({ kind: kindOf(type, status), sentence, retryAfterMs: retryAfterOf(headers), type, status });
}

/** The words of a problem document, one line and not without end; null where it has none. */
export function problemSentence(data: unknown): string | null {
  const read = problem.safeParse(data);
  if (!read.success) return null;
  const { detail, title, type, subproblems = [] } = read.data;
  const whole = detail ?? title ?? typeOf(type);
  if (whole === null) return null;
  const parts = subproblems.flatMap(({ detail: part, identifier }) =>
    part === undefined ? [] : [identifier === undefined ? part : `${identifier.value}: ${part}`],
  );
  return tidy([whole, ...parts].join(" "));
}

const SENTENCE_LIMIT = 800;

/** A CA's own words may carry anything. */
function tidy(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  const short = line.length > SENTENCE_LIMIT ? `${line.slice(0, SENTENCE_LIMIT)}…` : line;
  return /[.!?…]$/.test(short) ? short : `${short}.`;
}

function typeOf(urn: string | undefined): string | null {
  return /^urn:ietf:params:acme:error:([A-Za-z]+)$/.exec(urn ?? "")?.[1] ?? null;
}

function kindOf(type: string | null, status: number): IssuerError["kind"] {
  if (type === "rateLimited" || status === 429) return "throttled";
  if (type === "badNonce" || type === "serverInternal" || status >= 500 || status < 400) return "unreachable";
  return type !== null && OF_THE_ACCOUNT.has(type) ? "credentials" : "rejected";
}

const OF_THE_ACCOUNT = new Set([
  "accountDoesNotExist",
  "externalAccountRequired",
  "userActionRequired",
  "unauthorized",
]);

/** A wish of more than a week is a mistake of the CA's; Let's Encrypt's limits reach as far. */
const RETRY_AFTER_MAX_MS = 7 * 86_400_000;

/** The milliseconds of a Retry-After, in seconds or as a date, which counts from the answer's own; null without one. */
export function retryAfterOf(headers: Record<string, string>): number | null {
  const wish = headers["retry-after"];
  if (wish === undefined) return null;
  if (/^\d{1,9}$/.test(wish)) return Math.min(Number(wish) * 1_000, RETRY_AFTER_MAX_MS);
  const wait = Date.parse(wish) - Date.parse(headers.date ?? "");
  return Number.isNaN(wait) ? null : Math.min(Math.max(wait, 0), RETRY_AFTER_MAX_MS);
}
