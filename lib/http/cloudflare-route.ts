import "server-only";
import { randomUUID } from "node:crypto";
import type { NextRequest } from "next/server";
import type { z } from "zod";
import type { Permission } from "@/lib/auth/rules";
import type { TokenScope } from "@/lib/auth/scope";
import { admitToken, type TokenAdmission } from "@/lib/auth/token-gate";
import {
  type Answer,
  BODY_LIMIT,
  FAILURES,
  type Failure,
  type FailureName,
  failed,
  failureBody,
  listBody,
  successBody,
} from "@/lib/cloudflare/rules";
import { env } from "@/lib/env";
import { AppError, type ErrorCode } from "@/lib/errors";
import { piecesOf, readBody } from "@/lib/http/cloudflare-body";
import { csvBody } from "@/lib/http/csv";
import { isNextSignal, NOT_ANSWERING, problemOf, RELOAD, RETRY_SECONDS } from "@/lib/http/problem";
import { clientAddress } from "@/lib/http/request";
import { rateLimitHeaders } from "@/lib/tokens/rules";

/** What is heard of a request, through Next or past it (docs/decisions/0023). */
export type Incoming = {
  headers: Pick<Headers, "get">;
  query: URLSearchParams;
  body: AsyncIterable<Uint8Array>;
  /** Of the path. */
  params: Record<string, string | string[] | undefined>;
};

/** A list is written as it is read; its first piece is there already. */
export type Reply = { status: number; headers: Record<string, string>; body: string | AsyncGenerator<string> };

/** Next gives no parameters where the path has none. */
type Context = { params: Promise<Record<string, string | string[] | undefined> | undefined> };
export type CloudflareHandler = ((request: NextRequest, context: Context) => Promise<Response>) & {
  reply: (incoming: Incoming) => Promise<Reply>;
};

type Declaration<Schema extends z.ZodType> = {
  can: Permission;
  /** Of the path and, by `from`, of the query (each parameter a list) or the body. */
  input: Schema;
  from: "path" | "query" | "body";
};

type Call<Input> = { input: Input; now: Date; scope: TokenScope };

/**
 * Makes a route for Cloudflare's clients: who may, what shape, then one call. A token has to come with each request, and
 * cookies count for nothing. An account in the path that is not the token's looks like one that does not exist.
 */
export function cloudflareRoute<Schema extends z.ZodType>(
  declaration: Declaration<Schema>,
  answer: (call: Call<z.output<Schema>>) => Promise<Answer> | Answer,
): CloudflareHandler {
  return handlerOf((incoming) =>
    settle(incoming, declaration.can, async ({ scope, now }) => {
      const { account, ...path } = incoming.params;
      if (account !== undefined && account !== scope.accountId) return UNKNOWN_PATH;
      const raw = await readInput(incoming, declaration.from, path);
      if (raw.kind === "failed") return raw;
      const parsed = declaration.input.safeParse(raw.value);
      if (!parsed.success) return invalid(parsed.error, declaration.from);
      return answer({ input: parsed.data, now, scope });
    }),
  );
}

function handlerOf(reply: CloudflareHandler["reply"]): CloudflareHandler {
  const handle = async (request: NextRequest, context: Context) => {
    const { headers, nextUrl } = request;
    const params = (await context.params) ?? {};
    const { body, ...init } = await reply({ headers, query: nextUrl.searchParams, body: piecesOf(request), params });
    return new Response(typeof body === "string" ? body : await csvBody(body), init);
  };
  return Object.assign(handle, { reply });
}

const UNKNOWN_PATH = failed({ name: "identifier" }, { name: "route" });

/** A path that does not exist. Whoever has no token learns nothing of that. */
export const unknownPath = handlerOf((incoming) => settle(incoming, "certificates:read", () => UNKNOWN_PATH));

/** A method that the path does not have. */
export const unknownMethod = handlerOf((incoming) =>
  settle(incoming, "certificates:read", ({ scope }) => {
    const { account } = incoming.params;
    return account === undefined || account === scope.accountId ? failed({ name: "method" }) : UNKNOWN_PATH;
  }),
);

type Admitted = { scope: TokenScope; now: Date };

async function settle(
  request: Incoming,
  can: Permission,
  work: (admitted: Admitted) => Promise<Answer> | Answer,
): Promise<Reply> {
  const now = new Date();
  // As proxy.ts has put it there.
  const requestId = request.headers.get("x-request-id") ?? randomUUID();
  let headers: Record<string, string> = {};
  try {
    const admission = await admitToken({ headers: request.headers, address: clientAddress(request.headers) }, can, now);
    headers = headersOf(admission);
    const answer = admission.kind === "admitted" ? await work({ scope: admission.scope, now }) : refusalOf(admission);
    return await respond(answer, headers);
  } catch (error) {
    if (isNextSignal(error)) throw error;
    const { code, message } = problemOf(error, requestId);
    const name = FAILURE_OF[code];
    if (name === "unavailable") headers = { ...headers, "retry-after": String(RETRY_SECONDS) };
    const told = error instanceof AppError ? message.replace(RELOAD, "") : wordedFor(name, requestId);
    return respond(failed({ name, message: told }), headers);
  }
}

/** Of what nobody foresaw clients learn no more than where the log has it. */
function wordedFor(name: FailureName, requestId: string): string {
  if (name === "unavailable") return `${NOT_ANSWERING} Try again in ${RETRY_SECONDS} seconds.`;
  return `${FAILURES.internal.message} (request ${requestId})`;
}

function headersOf(admission: TokenAdmission): Record<string, string> {
  if (!("rateLimit" in admission)) return {};
  const retry = admission.kind === "limited" ? { "retry-after": String(admission.retryAfterSeconds) } : {};
  return { ...rateLimitHeaders(admission.rateLimit), ...retry };
}

function refusalOf(admission: Exclude<TokenAdmission, { kind: "admitted" }>): Answer {
  switch (admission.kind) {
    case "nobody":
    case "unknown":
      return failed({ name: "authentication" });
    case "malformed":
      return failed({
        name: "headers",
        chain: [{ name: "header_form", message: `${FAILURES.header_form.message} ${HEADER_NAMES[admission.header]}` }],
      });
    case "elsewhere":
      return failed({
        name: "unauthorized",
        message: `Cannot use the access token from location: ${admission.address}`,
      });
    case "limited":
      return failed({ name: "limited" });
    case "refused":
      return failed({ name: "unauthorized" });
  }
}

const HEADER_NAMES = {
  authorization: "Authorization",
  "x-auth-email": "X-Auth-Email",
  "x-auth-key": "X-Auth-Key",
} as const;

const FAILURE_OF: Record<ErrorCode, FailureName> = {
  invalid_input: "field",
  signed_out: "authentication",
  forbidden: "unauthorized",
  not_found: "not_found",
  conflict: "contended",
  blocked: "in_use",
  too_many: "limited",
  unavailable: "unavailable",
  internal: "internal",
};

type Raw = { kind: "raw"; value: unknown } | Extract<Answer, { kind: "failed" }>;

async function readInput(request: Incoming, from: "path" | "query" | "body", path: object): Promise<Raw> {
  switch (from) {
    case "path":
      return { kind: "raw", value: path };
    case "query": {
      const { query } = request;
      const lists = [...new Set(query.keys())].map((name) => [name, query.getAll(name)]);
      return { kind: "raw", value: { ...Object.fromEntries(lists), ...path } };
    }
    case "body": {
      const body = await readBody(request, BODY_LIMIT);
      return body.kind === "failed" ? body : { kind: "raw", value: body.value };
    }
  }
}

/** One failure a field. */
function invalid(error: z.ZodError, from: "path" | "query" | "body"): Answer {
  const failures = error.issues.map((issue): Failure => {
    const [field] = issue.path;
    const pointer = field === undefined ? {} : { pointer: from === "body" ? `/${String(field)}` : String(field) };
    return { name: "field", message: issue.message, ...pointer };
  });
  const [first = { name: "field" as const }, ...others] = failures;
  return failed(first, ...others);
}

const COMMON = { "content-type": "application/json", "cache-control": "no-store" };

async function respond(answer: Answer, rateLimit: Record<string, string>): Promise<Reply> {
  const headers = { ...COMMON, ...rateLimit };
  switch (answer.kind) {
    case "result":
      return { status: 200, headers, body: JSON.stringify(successBody(answer)) };
    case "list":
      return { status: 200, headers, body: await begun(listBody(answer)) };
    case "failed": {
      const [first] = answer.failures;
      const failure = FAILURES[first.name];
      const final = "final" in failure ? { "x-should-retry": "false" } : {};
      const body = JSON.stringify(failureBody(answer.failures, env().CERTSWEEP_URL));
      return { status: failure.status, headers: { ...headers, ...final }, body };
    }
  }
}

/** The same pieces, of which the first has been made: it rejects when that fails, while a failure can still be told. */
async function begun(pieces: AsyncGenerator<string>): Promise<AsyncGenerator<string>> {
  const first = await pieces.next();
  return (async function* () {
    if (first.done !== true) yield first.value;
    yield* pieces;
  })();
}
