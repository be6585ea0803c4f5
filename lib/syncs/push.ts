import "server-only";
import type { Scope } from "@/lib/auth/scope";
import { readCertificateFile } from "@/lib/certificates/detail";
import { openPrivateKey } from "@/lib/certificates/private-keys";
import { type CopyOf, type Destination, DestinationError } from "@/lib/destinations/adapter";
import { openSavedDestination } from "@/lib/destinations/open";
import { AppError } from "@/lib/errors";
import { log } from "@/lib/log";
import type { SyncClaim } from "@/lib/syncs/claim";
import {
  recordDrift,
  recordPresent,
  recordPushed,
  recordRemoved,
  recordSetback,
  releaseClaim,
} from "@/lib/syncs/record";
import { ATTEMPT_TIMEOUT_MS, type Setback } from "@/lib/syncs/rules";

type Options = { clock: () => Date; signal: AbortSignal };

/** "unwell": nothing else at this destination will work out right now either. */
export type SyncOutcome = "done" | "failed" | "unwell" | "stopped";

type Opened = { name: string; reporter: string; destination: Destination; copy: CopyOf };

/**
 * Does what a claimed sync is due for: pushes the copy, looks at it or removes it, outside any transaction, and writes
 * what came of it under the claim. `signal` aborts when the server stops.
 */
export async function carryOutSync(scope: Scope, claim: SyncClaim, options: Options): Promise<SyncOutcome> {
  const { clock, signal } = options;
  const timeout = AbortSignal.timeout(ATTEMPT_TIMEOUT_MS);
  try {
    const opened = await open(scope, claim);
    await attempt(scope, claim, { opened, clock, signal: AbortSignal.any([signal, timeout]) });
    return "done";
  } catch (error) {
    if (signal.aborted) {
      await releaseClaim(claim);
      return "stopped";
    }
    const trouble = troubleOf(error, timeout.aborted);
    if (trouble === null) log.error({ err: error, syncId: claim.syncId }, "a sync failed in a way that nobody foresaw");
    const { sentence, setback, isUnwell } = trouble ?? UNFORESEEN;
    await recordSetback(claim, { sentence, setback, now: clock() });
    return isUnwell ? "unwell" : "failed";
  }
}

async function open(scope: Scope, { syncId, certificateId, destinationId }: SyncClaim): Promise<Opened> {
  const { name, reporter, destination } = await openSavedDestination(scope, destinationId);
  const file = await readCertificateFile(scope, certificateId);
  if (file === null) throw new AppError("not_found", "The certificate is gone.");
  const copy = {
    ...{ syncId, certificateId, name: file.name, fingerprint: file.fingerprint },
    ...{ certificate: file.pem, chain: file.chainPems, privateKey: await openPrivateKey(scope, certificateId) },
  };
  return { name, reporter, destination, copy };
}

type Attempt = Options & { opened: Opened };

async function attempt(scope: Scope, claim: SyncClaim, { opened, clock, signal }: Attempt): Promise<void> {
  const { name, reporter, destination, copy } = opened;
  switch (claim.state) {
    case "pending":
    case "failed": {
      const { remoteId } = await destination.push(copy, claim.remoteId, signal);
      await recordPushed(claim, { remoteId, fingerprint: copy.fingerprint, now: clock() });
      return;
    }
    case "active": {
      if (claim.remoteId === null) throw new DestinationError("missing", "It is not known where the copy is.");
      const { state, inUseBy } = await destination.look(copy, claim.remoteId, signal);
      const now = clock();
      if (state === "present") await recordPresent(claim, { inUseBy, reporter, now });
      else await recordDrift(scope, claim, { found: state, destination: name, now });
      return;
    }
    case "removing": {
      const remoteId = claim.remoteId ?? (await findByPushing(opened, signal));
      if (remoteId !== null) await destination.remove(remoteId, copy, signal);
      await recordRemoved(scope, claim, { destination: name, remoteId, now: clock() });
      return;
    }
  }
}

/**
 * Where the copy is that an attempt may have left whose answer never came: pushing finds it, or makes one that is known.
 * Null where the destination takes no such copy at all, so that there can be none.
 */
async function findByPushing({ destination, copy }: Opened, signal: AbortSignal): Promise<string | null> {
  try {
    return (await destination.push(copy, null, signal)).remoteId;
  } catch (error) {
    if (error instanceof DestinationError && (error.kind === "rejected" || error.kind === "missing")) return null;
    throw error;
  }
}

type Trouble = { sentence: string; setback: Setback; isUnwell: boolean };

const UNFORESEEN: Trouble = {
  sentence: "An unforeseen error; the server's log has it.",
  setback: { isSlow: false, retryAfterMs: null },
  isUnwell: false,
};

/** What is told about an error that was to be expected; null for one that was not. */
function troubleOf(error: unknown, timedOut: boolean): Trouble | null {
  if (timedOut) {
    const sentence = `It did not answer within ${ATTEMPT_TIMEOUT_MS / 1_000} seconds.`;
    return { sentence, setback: { isSlow: false, retryAfterMs: null }, isUnwell: true };
  }
  // A secret that this server cannot open, or a destination that it cannot use: both may be mended meanwhile.
  if (error instanceof AppError) {
    return { sentence: error.message, setback: { isSlow: false, retryAfterMs: null }, isUnwell: true };
  }
  if (!(error instanceof DestinationError)) return null;
  const { kind, message: sentence, retryAfterMs } = error;
  switch (kind) {
    case "credentials":
    case "forbidden":
      return { sentence, setback: { isSlow: true, retryAfterMs }, isUnwell: true };
    case "missing":
    case "rejected":
      return { sentence, setback: { isSlow: true, retryAfterMs }, isUnwell: false };
    case "throttled":
    case "unreachable":
      return { sentence, setback: { isSlow: false, retryAfterMs }, isUnwell: true };
    case "in_use":
      return { sentence, setback: { isSlow: false, retryAfterMs }, isUnwell: false };
  }
}
