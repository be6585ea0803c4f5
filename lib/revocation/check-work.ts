import "server-only";
import type { Scope } from "@/lib/auth/scope";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { claimChecks, type DueCheck, putOff } from "@/lib/revocation/check-claim";
import { inquire } from "@/lib/revocation/check-inquiry";
import { recordCheck } from "@/lib/revocation/check-record";
import {
  CHECKS_AT_ONCE,
  CHECKS_AT_ONCE_PER_HOST,
  JOB_AGE_MS,
  PUT_OFF_MS,
  WAITING_PER_HOST,
} from "@/lib/revocation/check-rules";

type Options = { clock: () => Date; signal: AbortSignal; scopeOf: (accountId: string) => Scope };

/** Due checks that are read at a time, and that wait at most: with their certificates they are what is kept in memory. */
const BATCH = 50;
/** After so long a round takes no more, so that the job engine sees it end; the next minute begins another. */
const ROUND_MS = 10 * 60_000;

/**
 * Asks the CAs of the certificates that are due, several at once, until none is left that this server could take. Those of
 * one host wait for one another; when too many do, others come first.
 */
export async function workThroughChecks(options: Options): Promise<void> {
  const { clock, signal } = options;
  const queues = new Queues();
  const going = new Set<Promise<void>>();
  const until = clock().getTime() + ROUND_MS;
  let isMore = true;
  while (!signal.aborted) {
    if (isMore && queues.waiting < BATCH) {
      const { taken, due } = await claimChecks(clock(), BATCH);
      isMore = taken === BATCH && clock().getTime() < until;
      const tooMany = due.filter((check) => !queues.add(check));
      await putOff(tooMany, { now: clock(), byMs: PUT_OFF_MS });
    }
    while (going.size < CHECKS_AT_ONCE) {
      const check = queues.next();
      if (check === null) break;
      const work = checkOne(check, options).finally(() => {
        queues.done(check);
        going.delete(work);
      });
      going.add(work);
    }
    if (going.size === 0 && !isMore) return;
    if (going.size > 0) await Promise.race(going);
  }
  await Promise.all(going);
  await putOff(queues.rest(), { now: clock(), byMs: 0 });
}

/** The checks that were taken, by the host that is asked first. */
class Queues {
  private readonly queues = new Map<string, DueCheck[]>();
  private readonly going = new Map<string, number>();

  get waiting(): number {
    return this.rest().length;
  }

  /** False when too many wait for this host already. */
  add(check: DueCheck): boolean {
    const queue = this.queues.get(check.host) ?? [];
    if (queue.length >= WAITING_PER_HOST) return false;
    this.queues.set(check.host, [...queue, check]);
    return true;
  }

  /** The hosts take turns. Null when all that wait wait for their own host. */
  next(): DueCheck | null {
    for (const [host, [first, ...others]] of this.queues) {
      const going = this.going.get(host) ?? 0;
      if (first === undefined || going >= CHECKS_AT_ONCE_PER_HOST) continue;
      this.going.set(host, going + 1);
      this.queues.delete(host);
      if (others.length > 0) this.queues.set(host, others);
      return first;
    }
    return null;
  }

  done({ host }: DueCheck): void {
    const left = (this.going.get(host) ?? 1) - 1;
    if (left > 0) this.going.set(host, left);
    else this.going.delete(host);
  }

  rest(): DueCheck[] {
    return [...this.queues.values()].flat();
  }
}

/** One certificate's trouble costs no other its check; its lease ends by itself. */
async function checkOne(check: DueCheck, { clock, signal, scopeOf }: Options): Promise<void> {
  try {
    const now = clock();
    const scope = scopeOf(check.accountId);
    const networks = env().CERTSWEEP_PROBE_NETWORKS;
    const inquiry = await inquire(scope, check, { networks, signal, now, sparesHosts: true, listAgeMs: JOB_AGE_MS });
    await recordCheck(scope, check, { inquiry, now });
  } catch (error) {
    if (!signal.aborted)
      log.error({ err: error, certificateId: check.id }, "the CA of a certificate could not be asked");
  }
}
