import "server-only";
import type { Scope } from "@/lib/auth/scope";
import { log } from "@/lib/log";
import { carryOutOrder } from "@/lib/orders/attempt";
import { ClaimLost, claimOrder, findDue, type OrderClaim, type OrderKey } from "@/lib/orders/claim";
import { AT_ONCE } from "@/lib/orders/rules";

type Options = { clock: () => Date; signal: AbortSignal; scopeOf: (claim: OrderClaim) => Scope };

/** Works at the orders that are due, several at once, until none is left that this server could take. */
export async function workThroughOrders(options: Options): Promise<void> {
  const { clock, signal } = options;
  const going = new Map<string, Promise<void>>();
  const tried = new Set<string>();
  while (!signal.aborted) {
    const due = await findDue(clock(), AT_ONCE * 2);
    for (const key of due) {
      // One that is due again so soon can wait for the next round.
      if (going.size >= AT_ONCE || tried.has(key.orderId)) continue;
      tried.add(key.orderId);
      going.set(
        key.orderId,
        workAt(key, options).finally(() => going.delete(key.orderId)),
      );
    }
    if (going.size === 0) return;
    await Promise.race(going.values());
  }
  await Promise.all(going.values());
}

async function workAt(key: OrderKey, { clock, signal, scopeOf }: Options): Promise<void> {
  try {
    const claim = await claimOrder(key, clock());
    if (claim !== null) await carryOutOrder(scopeOf(claim), claim, { clock, signal });
  } catch (error) {
    if (error instanceof ClaimLost)
      log.warn({ orderId: key.orderId }, "an issuer answered after its order was taken over");
    else log.error({ err: error, orderId: key.orderId }, "an order could not be worked at");
  }
}
