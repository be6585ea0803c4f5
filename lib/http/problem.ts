import "server-only";
import type { z } from "zod";
import { isLostConnection } from "@/drizzle/failures";
import { AppError, type ErrorCode } from "@/lib/errors";
import type { Problem } from "@/lib/http/result";
import { log } from "@/lib/log";

export const SIGNED_OUT: Problem = { code: "signed_out", message: "You are signed out. Sign in again to go on." };
export const FORBIDDEN: Problem = { code: "forbidden", message: "Your role does not allow this. Ask a product admin." };

export const NOT_ANSWERING = "The database does not answer right now.";
/** When a program may ask again. */
export const RETRY_SECONDS = 5;
/** What ends a sentence for screens and means nothing to a program. */
export const RELOAD = / Reload the page\.$/;

export const HTTP_STATUS: Record<ErrorCode, number> = {
  invalid_input: 400,
  signed_out: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  blocked: 409,
  too_many: 429,
  unavailable: 503,
  internal: 500,
};

/** What zod found, as one sentence a field. */
export function invalidInput(error: z.ZodError): Problem {
  const fields: Record<string, string> = {};
  for (const issue of error.issues) fields[issue.path.join(".")] ??= issue.message;
  const [first] = error.issues;
  return { code: "invalid_input", message: first?.message ?? "The input does not have the expected form.", fields };
}

/** Next's own signals (redirect, forbidden, not found) travel as errors and must pass through. */
export function isNextSignal(error: unknown): boolean {
  return error instanceof Error && "digest" in error && String(error.digest).startsWith("NEXT_");
}

/** The problem behind something thrown. What nobody foresaw is logged whole and told as one sentence with its id. */
export function problemOf(error: unknown, requestId: string): Problem {
  if (error instanceof AppError) return { code: error.code, message: error.message };
  if (isLostConnection(error)) {
    log.error({ err: error, requestId }, "the database does not answer");
    return {
      code: "unavailable",
      message: `${NOT_ANSWERING} Reload the page in a moment to see what is there.`,
    };
  }
  log.error({ err: error, requestId }, "unforeseen failure");
  return {
    code: "internal",
    message: `Something went wrong here. Reload to see the present state. Request ${requestId} has the details in the log.`,
  };
}
