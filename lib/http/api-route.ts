import "server-only";
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Permission } from "@/lib/auth/rules";
import type { TokenScope } from "@/lib/auth/scope";
import { admitToken } from "@/lib/auth/token-gate";
import { API_BODY_LIMIT, API_FORM_LIMIT, bodyValue, formValue, queryValue, readBody } from "@/lib/http/api-body";
import { once } from "@/lib/http/api-once";
import { ApiRefusal, invalidRequest, limitHeadersOf, problemOfAdmission, UNKNOWN } from "@/lib/http/api-problem";
import { type ApiReply, csvReply, replyBehind, responseOf } from "@/lib/http/api-reply";
import { clientAddress } from "@/lib/http/request";

/** The shape of a path, a query string or a body in which nothing is expected. */
export const NOTHING = z.strictObject({});

/** What one call of the API is, for the door and for the document about the API. */
export type ApiDeclaration<Params = z.ZodType, Query = z.ZodType, Body = z.ZodType, Answer = z.ZodType> = {
  can: Permission;
  /** What it does, in one sentence. */
  summary: string;
  /** The path parameters. An id that does not have the form of one is unknown. */
  params: Params;
  query: Query;
  /** JSON, or a form with files. Not looked at in a GET or DELETE. */
  body: Body;
  /** True where the body is multipart/form-data: each name's files are a list. */
  isForm?: true;
  answer: Answer;
  /** True where it answers with CSV instead, as text that `answer` only describes. */
  isCsv?: true;
  /** What each status means with which it answers when it does not refuse; 200 alone unless told. */
  statuses?: Record<number, string>;
};

type Call<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> = {
  params: z.output<Params>;
  query: z.output<Query>;
  body: z.output<Body>;
  scope: TokenScope;
  now: Date;
};

type Answered<Answer extends z.ZodType> =
  | {
      value: z.input<Answer>;
      status?: number;
      /** The path of what was made. */
      location?: string;
    }
  | { csv: ReadableStream<Uint8Array>; fileName: string };

/** Of a path without parameters Next says undefined. */
type Context = { params: Promise<Record<string, string | string[]> | undefined> };
export type ApiHandler = ((request: Request, context: Context) => Promise<Response>) & { declaration: ApiDeclaration };

/**
 * Makes a route of the API for programs: who may, what shape, then one call. Only an API token lets in, never a cookie, so
 * no page of another site can cause a call. What the answer's schema does not name is left out.
 */
export function apiRoute<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(
  declaration: ApiDeclaration<Params, Query, Body, Answer>,
  answer: (call: Call<Params, Query, Body>) => Promise<Answered<Answer>>,
): ApiHandler {
  const handle = async (request: Request, context: Context) => {
    const now = new Date();
    const requestId = request.headers.get("x-request-id") ?? randomUUID();
    const headers = new Headers({ "x-request-id": requestId, "cache-control": "no-store" });
    const reply = await settle(requestId, async () => {
      const scope = await admit(request, declaration.can, { now, headers });
      const limit = declaration.isForm ? API_FORM_LIMIT : API_BODY_LIMIT;
      const octets = hasBody(request) ? await readBody(request, limit) : new Uint8Array();
      const work = async () => {
        const input = await readInput(declaration, { request, context, octets });
        return replyWith(declaration.answer, await answer({ ...input, scope, now }));
      };
      return once({ request, octets, scope, now }, () => settle(requestId, work));
    });
    return responseOf(reply, headers);
  };
  return Object.assign(handle, { declaration });
}

function replyWith<Answer extends z.ZodType>(schema: Answer, answered: Answered<Answer>): ApiReply {
  if ("csv" in answered) return csvReply(answered);
  const { value, status = 200, location } = answered;
  const body = JSON.stringify(schema.parse(value));
  return { status, body, ...(location === undefined ? {} : { location }) };
}

async function settle(requestId: string, work: () => Promise<ApiReply>): Promise<ApiReply> {
  try {
    return await work();
  } catch (error) {
    return replyBehind(error, requestId);
  }
}

/** The scope of the request's token. Says in `headers` where the token stands, also when it refuses. */
async function admit(
  request: Request,
  can: Permission,
  { now, headers }: { now: Date; headers: Headers },
): Promise<TokenScope> {
  const sent = { headers: request.headers, address: clientAddress(request.headers) };
  const admission = await admitToken(sent, can, now);
  for (const [name, value] of Object.entries(limitHeadersOf(admission))) headers.set(name, value);
  if (admission.kind === "admitted") return admission.scope;
  throw new ApiRefusal(problemOfAdmission(admission));
}

type Sent = { request: Request; context: Context; octets: Uint8Array<ArrayBuffer> };

async function readInput<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  { params, query, body, isForm }: { params: Params; query: Query; body: Body; isForm?: true },
  { request, context, octets }: Sent,
) {
  const given = params.safeParse((await context.params) ?? {});
  if (!given.success) throw new ApiRefusal(UNKNOWN);
  return {
    params: given.data,
    query: parse(query, queryValue(new URL(request.url))),
    body: parse(body, await sentIn({ request, octets, isForm: isForm === true })),
  };
}

function sentIn({ request, octets, isForm }: Omit<Sent, "context"> & { isForm: boolean }) {
  if (!hasBody(request)) return {};
  return isForm ? formValue(request, octets) : bodyValue(request, octets);
}

function hasBody({ method }: Request): boolean {
  return method !== "GET" && method !== "HEAD" && method !== "DELETE";
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ApiRefusal(invalidRequest(parsed.error));
}
