import "server-only";
import type { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { type ServedChain, shakeHands } from "@/lib/endpoints/handshake";
import { problemOf, Unreachable } from "@/lib/endpoints/problems";
import { PROBE_READ_LIMIT, PROBE_TIMEOUT_MS, type Protocol } from "@/lib/endpoints/rules";
import { askForTls } from "@/lib/endpoints/starttls";
import { openWire } from "@/lib/endpoints/wire";
import { AppError } from "@/lib/errors";
import { type LookUp, resolveAllowed } from "@/lib/network/resolve";
import type { Networks } from "@/lib/network/rules";

export type ProbeTarget = {
  /** A name or an IP address, as readHost gives it. */
  host: string;
  port: number;
  /** What to ask for by SNI; null for the host itself where it is a name. */
  serverName: string | null;
  protocol: Protocol;
};

export type ProbeOptions = {
  networks: Networks;
  /** Ends the probe; the promise then rejects with its reason. */
  signal?: AbortSignal;
  timeoutMs?: number;
  lookUp?: LookUp;
};

export type ProbeAnswer =
  | {
      kind: "served";
      /** The certificate that was served, as DER. */
      leaf: Buffer;
      /** What came with it, at most ten, each the issuer of the one before, as DER. */
      chain: Buffer[];
      /** SHA-256 of the leaf in lower-case hex. */
      fingerprint: string;
      /** The IP address that was connected to. */
      address: string;
    }
  | {
      kind: "unreachable";
      /** A sentence about "it", without a word of what the peer said. */
      problem: string;
      /** Nothing was sent, since its address may not be connected to. */
      forbidden: boolean;
    };

/** How far a probe has come, for the sentence when its time is up. */
type Progress = { stage: keyof typeof TOO_SLOW; over: boolean; wire: Duplex | null };

/**
 * Asks a server for its certificate. The name is looked up once, and the connection goes to the address that was found
 * allowed; nothing but the handshake is sent, at most 64 kB are read, and the connection is closed as soon as the
 * certificate is seen. It is not judged. Answers within five seconds; rejects only when the signal is aborted.
 */
export async function probeEndpoint(target: ProbeTarget, options: ProbeOptions): Promise<ProbeAnswer> {
  const { signal, timeoutMs = PROBE_TIMEOUT_MS } = options;
  signal?.throwIfAborted();
  const progress: Progress = { stage: "name", over: false, wire: null };
  const limit = startLimit(timeoutMs, signal, () => TOO_SLOW[progress.stage]);
  try {
    const { leaf, chain, address } = await Promise.race([look(target, options, progress), limit.passed]);
    return { kind: "served", leaf, chain, fingerprint: createHash("sha256").update(leaf).digest("hex"), address };
  } catch (error) {
    signal?.throwIfAborted();
    const forbidden = error instanceof AppError && error.code === "blocked";
    return { kind: "unreachable", problem: problemOf(error), forbidden };
  } finally {
    limit.end();
    progress.over = true;
    progress.wire?.destroy();
  }
}

async function look(
  { host, port, serverName, protocol }: ProbeTarget,
  { networks, lookUp }: ProbeOptions,
  progress: Progress,
): Promise<ServedChain & { address: string }> {
  const destination = await resolveAllowed(host, networks, lookUp);
  // A name whose look-up took too long: nobody waits for it any more, and nothing would close the connection.
  if (progress.over) throw new Unreachable(TOO_SLOW.name);
  progress.stage = "connection";
  const onConnect = () => {
    progress.stage = protocol === "tls" ? "handshake" : "words";
  };
  const wire = openWire({ ...destination, port }, { limitBytes: PROBE_READ_LIMIT, onConnect });
  progress.wire = wire;
  if (protocol !== "tls") {
    await askForTls(wire, protocol);
    progress.stage = "handshake";
  }
  const name = serverName ?? (isIP(host) === 0 ? host : null);
  return { ...(await shakeHands(wire, name)), address: destination.address };
}

const TOO_SLOW = {
  name: "Its name was not looked up in time.",
  connection: "Nothing answered there in time.",
  words: "It took the connection, but did not begin TLS in time.",
  handshake: "It took the connection, but did not finish the TLS handshake in time.",
} as const;

/** A moment after which waiting ends, by the clock or by the caller. */
function startLimit(timeoutMs: number, signal: AbortSignal | undefined, sentence: () => string) {
  let stop = () => {};
  const passed = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new Unreachable(sentence())), timeoutMs);
    const abort = () => reject(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
  });
  return { passed, end: () => stop() };
}
