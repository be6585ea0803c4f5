import "server-only";
import type { z } from "zod";
import {
  type CopyOf,
  type Destination,
  DestinationError,
  type KindOf,
  type Opened,
  type Surroundings,
} from "@/lib/destinations/adapter";
import { connectionFailure } from "@/lib/destinations/failures";
import { tryOut } from "@/lib/destinations/trial";
import { log } from "@/lib/log";
import { untilAborted } from "@/lib/network/vetted-wait";

/** However many requests it takes. */
const CALL_TIMEOUT_MS = 30_000;
const SENTENCE_LIMIT = 600;
/** Shorter pieces of a secret are words. */
const PIECE_LENGTH = 12;

/** A kind with its types closed over: what it reads is checked before it is opened. */
export type Kind = {
  settings: z.ZodType;
  credentials: z.ZodType;
  open: (settings: unknown, credentials: unknown, surroundings: Surroundings) => Destination;
};

/**
 * Makes a row of lib/destinations/kinds.ts. Whatever a call of an opened destination fails with comes out as a
 * DestinationError with no piece of the credentials and no PEM in its sentence, after 30 seconds at the latest.
 */
export function defineKind<Settings, Credentials>(kind: KindOf<Settings, Credentials>): Kind {
  return {
    settings: kind.settings,
    credentials: kind.credentials,
    open: (settings, credentials, surroundings) => {
      const place = readAs(kind.settings, settings);
      const keys = readAs(kind.credentials, credentials);
      const secrets = piecesOf(credentials);
      let opening: Promise<Opened> | undefined;
      const guard = async <T>(signal: AbortSignal, call: (opened: Opened, within: AbortSignal) => Promise<T>) => {
        const limit = AbortSignal.timeout(CALL_TIMEOUT_MS);
        try {
          opening ??= kind.open(place, keys, surroundings);
          const within = AbortSignal.any([signal, limit]);
          // Not every SDK passes the signal on to all that it does.
          return await untilAborted(call(await opening, within), within);
        } catch (error) {
          throw withoutSecrets(limit.aborted ? tooSlow() : explained(error, kind.explain, signal), secrets);
        }
      };
      const calls = {
        list: (signal: AbortSignal) => guard(signal, ({ list }, within) => list(within)),
        push: (copy: CopyOf, remoteId: string | null, signal: AbortSignal) =>
          guard(signal, ({ push }, within) => push(copy, remoteId, within)),
        look: (copy: CopyOf, remoteId: string, signal: AbortSignal) =>
          guard(signal, ({ look }, within) => look(copy, remoteId, within)),
        remove: (remoteId: string, copy: Pick<CopyOf, "syncId" | "fingerprint">, signal: AbortSignal) =>
          guard(signal, ({ remove }, within) => remove(remoteId, copy, within)),
      };
      return { ...calls, test: (signal) => tryOut(calls, signal) };
    },
  };
}

function readAs<T>(contract: z.ZodType<T>, value: unknown): T {
  const read = contract.safeParse(value);
  if (read.success) return read.data;
  const fields = read.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new DestinationError("rejected", `The destination's settings cannot be used. ${fields.join(" ")}`);
}

function explained(
  error: unknown,
  explain: (error: unknown) => DestinationError | null,
  signal: AbortSignal,
): DestinationError {
  if (error instanceof DestinationError) return error;
  if (signal.aborted) return new DestinationError("unreachable", "The call was broken off.");
  const known = explain(error) ?? connectionFailure(error);
  if (known !== null) return known;
  // Only what it is called: its message and its parts may hold the request with its credentials.
  log.error({ error: error instanceof Error ? error.name : typeof error }, "a destination failed unforeseen");
  return new DestinationError("unreachable", "The destination answered with something that Certsweep cannot read.");
}

function tooSlow(): DestinationError {
  return new DestinationError("unreachable", `It did not finish within ${CALL_TIMEOUT_MS / 1_000} seconds.`);
}

function withoutSecrets(error: DestinationError, secrets: readonly string[]): DestinationError {
  return new DestinationError(error.kind, redact(error.message, secrets), error.retryAfterMs);
}

/** Every value of the credentials, and the longer words in it: a kubeconfig holds its token among other things. */
function piecesOf(credentials: unknown): string[] {
  if (typeof credentials !== "object" || credentials === null) return [];
  const values = Object.values(credentials).filter((value): value is string => typeof value === "string");
  const pieces = values.flatMap((value) => [value, ...value.split(/[\s"'{}[\],]+/)]);
  return [...new Set(pieces)].filter((piece) => piece.length >= PIECE_LENGTH).toSorted((a, b) => b.length - a.length);
}

function redact(sentence: string, secrets: readonly string[]): string {
  const open = sentence.replace(/-----BEGIN[\s\S]*/, "…");
  const safe = secrets.reduce((text, secret) => text.replaceAll(secret, "…"), open);
  // A destination's own words may carry anything: one line, and not without end.
  const line = safe.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  return line.length > SENTENCE_LIMIT ? `${line.slice(0, SENTENCE_LIMIT)}…` : line;
}
