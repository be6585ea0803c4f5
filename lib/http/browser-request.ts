import { z } from "zod";
import { AppError, ERROR_CODES } from "@/lib/errors";
import type { Result } from "@/lib/http/result";

const refusal = z.object({ problem: z.object({ code: z.enum(ERROR_CODES), message: z.string() }) });

/**
 * Reads one of our own GET routes and checks its shape. Throws AppError with a sentence for people: the route's own, or
 * that the server cannot be reached.
 */
export async function browserRequest<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  signal?: AbortSignal,
): Promise<z.output<Schema>> {
  const response = await send(path, signal);
  const body: unknown = await response.json().catch((cause: unknown) => {
    throw new AppError("unavailable", "The server did not answer as expected. Reload the page in a moment.", { cause });
  });
  if (response.ok) return schema.parse(body);
  const parsed = refusal.safeParse(body);
  if (parsed.success) throw new AppError(parsed.data.problem.code, parsed.data.problem.message);
  throw new AppError("internal", "The server could not answer. Reload the page in a moment.");
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
