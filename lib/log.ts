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

type Sink = Pick<Console, "error" | "warn">;

/**
 * Keeps the same out of what Next prints by itself: it shows the error of a page whole. The digest stays, since that is
 * what the page tells people to look for.
 */
export function guardConsole(sink: Sink): void {
  for (const level of ["error", "warn"] as const) {
    const print = sink[level].bind(sink);
    sink[level] = (...told: unknown[]) => print(...told.map((one) => (one instanceof Error ? withDigest(one) : one)));
  }
}

function withDigest(error: Error): object {
  return { ...("digest" in error ? { digest: error.digest } : {}), ...causeOf(error) };
}

function causeOf(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  if (error.cause instanceof Error) return causeOf(error.cause);
  const code = "code" in error ? error.code : undefined;
  const constraint = "constraint" in error ? error.constraint : undefined;
  const stack = error.stack?.split("\n").filter((line) => /^\s+at /.test(line));
  return { type: error.name, message: error.message, code, constraint, stack };
}
