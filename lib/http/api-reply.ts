import "server-only";
import { AppError } from "@/lib/errors";
import { API_PROBLEMS, type ApiProblem, ApiRefusal, problemBody, problemNameOf, UNKNOWN } from "@/lib/http/api-problem";
import { CSV_TYPE } from "@/lib/http/csv";
import { NOT_ANSWERING, problemOf, RELOAD, RETRY_SECONDS } from "@/lib/http/problem";

/** What the API answers, apart from what says where the token stands. Below 400 the body is JSON, else a problem. */
export type ApiReply = {
  status: number;
  body: string | ReadableStream<Uint8Array>;
  /** The path of what was made. */
  location?: string;
  headers?: Record<string, string>;
};

/** The reply that stands for something thrown. What nobody foresaw is logged whole. */
export function replyBehind(error: unknown, requestId: string): ApiReply {
  const problem = error instanceof ApiRefusal ? error.problem : problemBehind(error, requestId);
  return {
    status: API_PROBLEMS[problem.name].status,
    body: JSON.stringify(problemBody(problem, requestId)),
    ...(problem.headers === undefined ? {} : { headers: problem.headers }),
  };
}

function problemBehind(error: unknown, requestId: string): ApiProblem {
  const { code, message } = problemOf(error, requestId);
  const name = problemNameOf(code);
  if (name === "not-found") return UNKNOWN;
  // The sentences for screens end with what to do there.
  if (error instanceof AppError) return { name, detail: message.replace(RELOAD, "") };
  if (name === "unavailable") {
    const detail = `${NOT_ANSWERING} Try again in ${RETRY_SECONDS} seconds.`;
    return { name, detail, headers: { "retry-after": String(RETRY_SECONDS) } };
  }
  return { name, detail: `Something went wrong here. The server's log has the details of request ${requestId}.` };
}

/** A file in CSV that programs save, made as fast as it is read. */
export function csvReply({ csv, fileName }: { csv: ReadableStream<Uint8Array>; fileName: string }): ApiReply {
  const headers = { "content-type": CSV_TYPE, "content-disposition": `attachment; filename="${fileName}"` };
  return { status: 200, body: csv, headers };
}

export function responseOf({ status, body, location, headers: own = {} }: ApiReply, shared: Headers): Response {
  const headers = new Headers(shared);
  headers.set("content-type", status < 400 ? "application/json" : "application/problem+json");
  if (location !== undefined) headers.set("location", location);
  for (const [name, value] of Object.entries(own)) headers.set(name, value);
  return new Response(body, { status, headers });
}
