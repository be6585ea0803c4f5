import "server-only";
import type { z } from "zod";
import type { Capability } from "@/lib/destinations/rules";
import type { Networks } from "@/lib/network/rules";

/** A certificate as it is copied to a destination. */
export type CopyOf = {
  syncId: string;
  certificateId: string;
  name: string;
  /** PEM of the leaf. */
  certificate: string;
  /** PEMs of the rest of its chain, in order. */
  chain: string[];
  /** PKCS#8 PEM; null where there is none or the destination takes none. */
  privateKey: string | null;
  /** SHA-256 of the leaf's DER, lower-case hex. */
  fingerprint: string;
};

export type CopyState = {
  state: "present" | "absent" | "different";
  /** What uses the copy there, as the destination names it: ARNs, names. */
  inUseBy: string[];
};

export type TestAnswer = Record<Capability, { ok: boolean; sentence: string }>;

/** A place that can be pushed to. All calls fail with DestinationError and with nothing else. */
export type Destination = {
  /** Tries out what Certsweep would do, and says what it could and could not. */
  test: (signal: AbortSignal) => Promise<TestAnswer>;
  /**
   * Puts the copy there, over the one that `remoteId` names if there is one, else over what an earlier try of the same
   * sync left. Answers its remote id.
   */
  push: (copy: CopyOf, remoteId: string | null, signal: AbortSignal) => Promise<{ remoteId: string }>;
  look: (copy: CopyOf, remoteId: string, signal: AbortSignal) => Promise<CopyState>;
  /** Resolves also when it is gone already. Never removes what is not Certsweep's copy. */
  remove: (remoteId: string, copy: Pick<CopyOf, "syncId" | "fingerprint">, signal: AbortSignal) => Promise<void>;
};

export type FailureKind = "credentials" | "forbidden" | "throttled" | "in_use" | "missing" | "unreachable" | "rejected";

/**
 * What went wrong at a destination, as a sentence without secrets. It keeps no cause: the errors of the SDKs carry the
 * requests that they belong to, with tokens and keys.
 */
export class DestinationError extends Error {
  override readonly name = "DestinationError";
  readonly kind: FailureKind;
  /** How long the destination asked to be left alone; null where it did not say. */
  readonly retryAfterMs: number | null;

  constructor(kind: FailureKind, sentence: string, retryAfterMs: number | null = null) {
    super(sentence);
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What of the server a destination has to do with. */
export type Surroundings = {
  networks: Networks;
  /** CERTSWEEP_FILES_ROOT; null where it is not set. */
  filesRoot: string | null;
};

/** A destination as its kind opens it: what fails fails as its SDK does. lib/destinations/guard.ts makes the rest of it. */
export type Opened = Omit<Destination, "test"> & {
  /** Reads as little of the destination's list as shows that it may be read. */
  list: (signal: AbortSignal) => Promise<void>;
};

/** What a kind of destination is made of: both contracts read texts by field name, "" for what was left empty. */
export type KindOf<Settings, Credentials> = {
  settings: z.ZodType<Settings>;
  credentials: z.ZodType<Credentials>;
  /** Loads the SDK, so it is called by the first call of a destination. */
  open: (settings: Settings, credentials: Credentials, surroundings: Surroundings) => Promise<Opened>;
  /** Words for what its SDK throws; null for what it does not know. */
  explain: (error: unknown) => DestinationError | null;
};
