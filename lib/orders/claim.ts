import "server-only";
import { and, asc, eq, isNotNull, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import { database, type Transaction } from "@/drizzle/client";
import { orders } from "@/drizzle/schema/orders";
import { CLOCK_TOLERANCE_MS, LEASE_MS, type OrderState } from "@/lib/orders/rules";

export type OrderKey = { accountId: string; orderId: string };

type Row = typeof orders.$inferSelect;

/** An order that its holder alone may work at until the lease ends, and write to only while no later number was given. */
export type OrderClaim = OrderKey & { number: number } & Pick<
    Row,
    | ("issuerId" | "replacesId" | "names" | "csr" | "keyBox" | "keyKeyId" | "challenge" | "state")
    | ("orderUrl" | "attempts" | "steps" | "requestedById" | "requestedByLabel")
  >;

/** Nobody works at it, or whoever did is dead. */
export function isFree(now: Date): SQL | undefined {
  return or(isNull(orders.leaseUntil), lte(orders.leaseUntil, now));
}

function isDue(now: Date): SQL | undefined {
  return and(lte(orders.nextAttemptAt, new Date(now.getTime() + CLOCK_TOLERANCE_MS)), isFree(now));
}

export function isOrder({ accountId, orderId }: OrderKey): SQL | undefined {
  return and(eq(orders.accountId, accountId), eq(orders.id, orderId));
}

/** Orders that are due and that nobody works at, the longest due first. */
export function findDue(now: Date, limit: number): Promise<OrderKey[]> {
  return database()
    .select({ accountId: orders.accountId, orderId: orders.id })
    .from(orders)
    .where(isDue(now))
    .orderBy(asc(orders.nextAttemptAt))
    .limit(limit);
}

/** Takes an order that is due; null when it is not, any more, or somebody else works at it. */
export async function claimOrder(key: OrderKey, now: Date): Promise<OrderClaim | null> {
  const [row] = await database()
    .update(orders)
    .set({
      claimNumber: sql`${orders.claimNumber} + 1`,
      leaseUntil: new Date(now.getTime() + LEASE_MS),
      attempts: sql`${orders.attempts} + 1`,
    })
    .where(and(isOrder(key), isDue(now)))
    .returning({
      ...{ number: orders.claimNumber, issuerId: orders.issuerId, replacesId: orders.replacesId, names: orders.names },
      ...{ csr: orders.csr, keyBox: orders.keyBox, keyKeyId: orders.keyKeyId, challenge: orders.challenge },
      ...{ state: orders.state, orderUrl: orders.orderUrl, attempts: orders.attempts, steps: orders.steps },
      ...{ requestedById: orders.requestedById, requestedByLabel: orders.requestedByLabel },
    });
  return row === undefined ? null : { ...key, ...row };
}

type Written = Partial<typeof orders.$inferInsert> & { state?: OrderState };

/** Somebody else has the order now, or it has ended: nothing was written. */
export class ClaimLost extends Error {
  override readonly name = "ClaimLost";
}

/**
 * Writes under the claim, in one transaction with what belongs to it. A step is put behind the others. `lets` gives the
 * order back to whoever comes next. @throws ClaimLost
 */
export async function underClaim(
  claim: OrderClaim,
  { step, lets, ...values }: Written & { step?: { at: Date; text: string }; lets: "go" | "hold" },
  andThen: (tx: Transaction) => Promise<void> = async () => {},
): Promise<void> {
  const said = step && JSON.stringify([{ at: step.at.toISOString(), text: step.text }]);
  await database().transaction(async (tx) => {
    const written = await tx
      .update(orders)
      .set({
        ...values,
        ...(said === undefined ? {} : { steps: sql`${orders.steps} || ${said}::jsonb` }),
        ...(lets === "go" ? { leaseUntil: null } : {}),
      })
      .where(and(isOrder(claim), eq(orders.claimNumber, claim.number), isNotNull(orders.leaseUntil)))
      .returning({ id: orders.id });
    if (written.length === 0) throw new ClaimLost();
    await andThen(tx);
  });
}
