import "server-only";
import type { Scope } from "@/lib/auth/scope";
import { log } from "@/lib/log";
import { carryOutRevocation } from "@/lib/revocation/attempt";
import { claimRevocation, findDue, type RevocationKey } from "@/lib/revocation/claim";
import { endOutlived, findOutlived } from "@/lib/revocation/outlived";
import { ATTEMPT_TIMEOUT_MS, REVOCATIONS_AT_ONCE } from "@/lib/revocation/rules";

type Options = { clock: () => Date; signal: AbortSignal; scopeOf: (accountId: string) => Scope };

const BATCH = 100;

/** Ends the wishes that their certificates outlived, and asks the CAs of what is due, until nothing is left that is. */
export async function workThroughRevocations(options: Options): Promise<void> {
  await endAllOutlived(options);
  const { clock, signal } = options;
  while (!signal.aborted) {
    const due = await findDue(clock(), REVOCATIONS_AT_ONCE);
    if (due.length === 0) return;
    const taken = await Promise.all(due.map((key) => workAt(key, options)));
    // What others took, or what cannot even be claimed, is left to the next minute.
    if (!taken.includes(true)) return;
  }
}

async function endAllOutlived({ clock, signal, scopeOf }: Options): Promise<void> {
  while (!signal.aborted) {
    const outlived = await findOutlived(clock(), BATCH);
    for (const { accountId, certificateId } of outlived) await endOutlived(scopeOf(accountId), certificateId, clock());
    if (outlived.length < BATCH) return;
  }
}

/** True when it was claimed: it is not due any more then. */
async function workAt(key: RevocationKey, { clock, signal, scopeOf }: Options): Promise<boolean> {
  try {
    const claim = await claimRevocation(key, { now: clock(), isAsked: false });
    if (claim === null) return false;
    const options = { clock, signal, patienceMs: ATTEMPT_TIMEOUT_MS };
    await carryOutRevocation(scopeOf(key.accountId), claim, options);
    return true;
  } catch (error) {
    log.error({ err: error, certificateId: key.certificateId }, "a revocation could not be worked at");
    return false;
  }
}
