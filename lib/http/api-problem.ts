import "server-only";
import type { z } from "zod";
import type { TokenAdmission } from "@/lib/auth/token-gate";
import type { ErrorCode } from "@/lib/errors";
import type { BlockerView } from "@/lib/removal/blockers";
import { rateLimitHeaders } from "@/lib/tokens/rules";

/** Every way in which the API refuses: the fragment of its `type`, its status, and what it means. */
export const API_PROBLEMS = {
  "invalid-request": { status: 400, title: "The request does not have the expected form" },
  "no-token": { status: 401, title: "The request carries no API token" },
  "unknown-token": { status: 401, title: "This API token is not known, has ended, or its owner is no member any more" },
  forbidden: { status: 403, title: "The token's role does not allow this" },
  "address-not-allowed": { status: 403, title: "The token may not be used from this address" },
  "not-found": { status: 404, title: "There is no such thing in this account" },
  "method-not-allowed": { status: 405, title: "The address does not have this method" },
  conflict: { status: 409, title: "The present state does not allow this" },
  "still-valid": { status: 409, title: "The certificate was issued here and is still valid" },
  deployed: { status: 409, title: "A deployment uses the certificate" },
  synced: { status: 409, title: "An active sync holds a copy of the certificate" },
  "not-revocable": { status: 409, title: "The certificate cannot be revoked here" },
  "idempotency-in-progress": { status: 409, title: "The first request with this Idempotency-Key is still going on" },
  "body-too-large": { status: 413, title: "The body is too large" },
  "not-json": { status: 415, title: "The body is not said to be JSON" },
  "not-a-form": { status: 415, title: "The body is not said to be a form with files" },
  "certificate-refused": { status: 422, title: "The certificate or its private key cannot be taken" },
  "order-refused": { status: 422, title: "The order cannot be placed" },
  "idempotency-key-reused": { status: 422, title: "This Idempotency-Key was used for another request" },
  "too-many-requests": { status: 429, title: "The token has used up its requests" },
  internal: { status: 500, title: "Something went wrong on the server" },
  unavailable: { status: 503, title: "The server cannot answer right now" },
} as const satisfies Record<string, { status: number; title: string }>;
export type ApiProblemName = keyof typeof API_PROBLEMS;

/** The problem that stands for an error code of the domains. A blocked deletion is told by its first blocker instead. */
const NAME_OF: Record<ErrorCode, ApiProblemName> = {
  invalid_input: "invalid-request",
  signed_out: "no-token",
  forbidden: "forbidden",
  not_found: "not-found",
  conflict: "conflict",
  blocked: "conflict",
  too_many: "too-many-requests",
  unavailable: "unavailable",
  internal: "internal",
};

/** What a refusal says beside its type: RFC 9457 `detail`, and members of our own. */
export type ApiProblem = {
  name: ApiProblemName;
  detail: string;
  fields?: Record<string, string>;
  blockers?: BlockerView[];
  headers?: Record<string, string>;
};

/** Thrown by an answer that refuses with more than a sentence. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  readonly problem: ApiProblem;

  constructor(problem: ApiProblem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** For an id that is none, one that nothing has and one of another account alike. */
export const UNKNOWN: ApiProblem = { name: "not-found", detail: "There is no such thing in this account." };

export function problemNameOf(code: ErrorCode): ApiProblemName {
  return NAME_OF[code];
}

/** The `type` of a problem: relative, so that it is the same in every installation. */
export function problemType(name: ApiProblemName): string {
  return `/docs/api#${name}`;
}

/** What zod found, as one sentence a field. */
export function invalidRequest(error: z.ZodError): ApiProblem {
  const fields: Record<string, string> = {};
  for (const issue of error.issues) fields[issue.path.join(".")] ??= issue.message;
  const [[field, sentence] = ["", ""]] = Object.entries(fields);
  return { name: "invalid-request", detail: field === "" ? sentence : `${field}: ${sentence}`, fields };
}

const CHALLENGE = { "www-authenticate": 'Bearer realm="Certsweep"' };

/** Why a request was not let in. */
export function problemOfAdmission(admission: Exclude<TokenAdmission, { kind: "admitted" }>): ApiProblem {
  switch (admission.kind) {
    case "nobody":
      return { name: "no-token", detail: "Send an API token: “Authorization: Bearer csw_…”.", headers: CHALLENGE };
    case "malformed": {
      const detail = `The header “${admission.header}” does not say an API token.`;
      return { name: "no-token", detail, headers: CHALLENGE };
    }
    case "unknown": {
      const detail = "This API token is mistyped, unknown, expired or revoked, or its owner is no member any more.";
      return { name: "unknown-token", detail, headers: CHALLENGE };
    }
    case "elsewhere":
      return { name: "address-not-allowed", detail: `This API token may not be used from ${admission.address}.` };
    case "limited": {
      const seconds = String(admission.retryAfterSeconds);
      const detail = `The token has used up its requests. Try again in ${seconds} s.`;
      return { name: "too-many-requests", detail, headers: { "retry-after": seconds } };
    }
    case "refused":
      return { name: "forbidden", detail: `A token with the role ${admission.scope.role} may not do this.` };
  }
}

/** The headers that say where the token stands; none when it is not known who asks. */
export function limitHeadersOf(admission: TokenAdmission): Record<string, string> {
  return "rateLimit" in admission ? rateLimitHeaders(admission.rateLimit) : {};
}

/** A problem as RFC 9457 has it. */
export function problemBody({ name, detail, fields, blockers }: ApiProblem, requestId: string) {
  const { status, title } = API_PROBLEMS[name];
  return {
    type: problemType(name),
    title,
    status,
    detail,
    ...(fields === undefined ? {} : { fields }),
    ...(blockers === undefined ? {} : { blockers }),
    request_id: requestId,
  };
}
