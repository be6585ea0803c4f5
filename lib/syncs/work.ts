import "server-only";
import type { Scope } from "@/lib/auth/scope";
import { log } from "@/lib/log";
import { claimSync, findDue, type SyncKey } from "@/lib/syncs/claim";
import { carryOutSync } from "@/lib/syncs/push";
import { AT_ONCE, AT_ONCE_PER_DESTINATION } from "@/lib/syncs/rules";

type Options = { clock: () => Date; signal: AbortSignal; scopeOf: (accountId: string) => Scope };

/** Due syncs that are read at a time. */
const BATCH = 50;

/**
 * Works at the syncs that are due, several at once, until none is left that this server could take. A destination that is
 * unwell is left alone until it is called again.
 */
export async function workThroughDue(options: Options): Promise<void> {
  const { clock, signal } = options;
  const going = new Map<string, { destinationId: string; work: Promise<void> }>();
  const unwell = new Set<string>();
  const isFull = (destinationId: string) =>
    [...going.values()].filter((one) => one.destinationId === destinationId).length >= AT_ONCE_PER_DESTINATION;
  const begin = (key: SyncKey & { destinationId: string }) => {
    const { syncId, destinationId } = key;
    const work = workAt(key, options)
      .then((isWell) => void (isWell || unwell.add(destinationId)))
      .catch((error) => log.error({ err: error, syncId }, "a sync could not be worked at"))
      .finally(() => going.delete(syncId));
    going.set(syncId, { destinationId, work });
  };
  while (!signal.aborted) {
    const full = [...going.values()].flatMap(({ destinationId }) => (isFull(destinationId) ? destinationId : []));
    const due = await findDue(clock(), { limit: BATCH, without: [...unwell, ...full] });
    const before = going.size;
    for (const key of due) {
      if (going.size < AT_ONCE && !going.has(key.syncId) && !isFull(key.destinationId)) begin(key);
    }
    if (going.size === 0) return;
    if (going.size === before || going.size === AT_ONCE)
      await Promise.race([...going.values()].map(({ work }) => work));
  }
  await Promise.all([...going.values()].map(({ work }) => work));
}

/** False when its destination is better left alone for a while. */
async function workAt(key: SyncKey, { clock, signal, scopeOf }: Options): Promise<boolean> {
  const claim = await claimSync(key, clock());
  if (claim === null) return true;
  return (await carryOutSync(scopeOf(claim.accountId), claim, { clock, signal })) !== "unwell";
}
