import type { z } from "zod";
import { AppError, ERROR_CODES } from "@/lib/errors";
import type { Result } from "@/lib/http/result";

/**
 * Reads one of our own GET routes and checks its shape. Throws AppError with a sentence for people: the route's own, or
 * that the server cannot be reached. The schema comes through import(), beside the request: what a page shows first was
 * put there by the server, so the schema library is no part of what it loads first.
 */
export async function browserRequest<Schema extends z.ZodType>(
  path: string,
  loadSchema: () => Promise<Schema>,
  signal?: AbortSignal,
): Promise<z.output<Schema>> {
  const [response, schema] = await Promise.all([
    send(path, signal),
    import("@/lib/http/browser-schemas").then(loadSchema).catch(refuseAnswer),
  ]);
  const body: unknown = await response.json().catch(refuseAnswer);
  if (response.ok) return schema.parse(body);
  throw refusalIn(body) ?? new AppError("internal", "The server could not answer. Reload the page in a moment.");
}

function refuseAnswer(cause: unknown): never {
  throw new AppError("unavailable", "The server did not answer as expected. Reload the page in a moment.", { cause });
}

/** What a route answered that refused (lib/http/problem.ts), or null when it is no such thing. */
function refusalIn(body: unknown): AppError | null {
  if (!isRecord(body) || !isRecord(body.problem)) return null;
  const { message, code } = body.problem;
  const known = ERROR_CODES.find((each) => each === code);
  return known === undefined || typeof message !== "string" ? null : new AppError(known, message);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

async function send(path: string, signal: AbortSignal | undefined): Promise<Response> {
  try {
    return await fetch(path, { headers: { accept: "application/json" }, ...(signal === undefined ? {} : { signal }) });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new AppError("unavailable", "The server cannot be reached. Check your connection and try again.", { cause });
  }
}

const UNKNOWN = "The server cannot be reached, so it is not known what happened. Reload the page to see.";

/** Calls one of our server actions; a connection that breaks is a problem like others, which a form shows beside its fields. */
export async function browserAnswer<Value>(call: () => Promise<Result<Value>>): Promise<Result<Value>> {
  try {
    return await call();
  } catch {
    return { ok: false, problem: { code: "unavailable", message: UNKNOWN } };
  }
}

/**
 * Calls one of our server actions and answers with its value. Throws AppError with the action's own sentence, or, when
 * the connection breaks, with one that does not claim to know what happened.
 */
export async function browserAction<Value>(call: () => Promise<Result<Value>>): Promise<Value> {
  let result: Result<Value>;
  try {
    result = await call();
  } catch (cause) {
    throw new AppError("unavailable", UNKNOWN, { cause });
  }
  if (!result.ok) throw new AppError(result.problem.code, result.problem.message);
  return result.value;
}
