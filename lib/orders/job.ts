import "server-only";
import type { Task } from "graphile-worker";
import { mintDeputyScope, mintJobScope } from "@/lib/auth/scope";
import { sweepAnswers } from "@/lib/orders/challenges";
import type { OrderClaim } from "@/lib/orders/claim";
import { renewDue } from "@/lib/orders/renewals";
import { askWindows } from "@/lib/orders/windows";
import { workThroughOrders } from "@/lib/orders/work";

/** Who stands behind the renewals that begin by themselves. */
const ACTOR = "Certsweep";

type Given = { clock: () => Date; signal: AbortSignal };

/**
 * The tasks of the job engine that work at orders, and that renew certificates when it is time. One round of each at a time
 * in each server process, so that CAs that do not answer take no more than one of its places each.
 */
export function orderTasks({ clock, signal }: Given) {
  const scopeOf = (accountId: string) => mintJobScope(accountId, ACTOR);
  return {
    orders_tick: oneAtATime(signal, async () => {
      await sweepAnswers(clock());
      await workThroughOrders({ clock, signal, scopeOf: scopeOfOrder });
    }),
    renewals_tick: oneAtATime(signal, async () => {
      await renewDue({ clock, signal, scopeOf });
      await askWindows({ clock, signal, scopeOf });
    }),
  } satisfies Record<string, Task>;
}

/** What comes of an order is in the name of whoever placed it. */
export function scopeOfOrder({ accountId, requestedById, requestedByLabel: label }: OrderClaim) {
  if (requestedById === null) return mintJobScope(accountId, label);
  return mintDeputyScope({ accountId, userId: requestedById, tokenId: null, label });
}

/** A call while a round is going has it followed by another one. */
function oneAtATime(signal: AbortSignal, round: () => Promise<void>): () => Promise<void> {
  let going = false;
  let wanted = false;
  return async () => {
    wanted = true;
    if (going) return;
    going = true;
    try {
      while (wanted && !signal.aborted) {
        wanted = false;
        await round();
      }
    } finally {
      going = false;
    }
  };
}
