import "server-only";
import pino from "pino";

/**
 * One JSON object a line on standard output. Never pass it input, credentials or certificates. Of an error only the
 * innermost cause is told: what wraps a failed query repeats the query's parameters, which may be secrets.
 */
export const log = pino({
  base: { service: "certsweep" },
  timestamp: pino.stdTimeFunctions.isoTime,
  serializers: { err: causeOf },
});

function causeOf(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  if (error.cause instanceof Error) return causeOf(error.cause);
  const code = "code" in error ? error.code : undefined;
  const constraint = "constraint" in error ? error.constraint : undefined;
  const stack = error.stack?.split("\n").filter((line) => /^\s+at /.test(line));
  return { type: error.name, message: error.message, code, constraint, stack };
}
