import "server-only";
import { and, eq, isNotNull, type SQL, sql } from "drizzle-orm";
import type { Transaction } from "@/drizzle/client";
import { issuances, orders } from "@/drizzle/schema/orders";
import { at } from "@/drizzle/values";
import { recordAudit } from "@/lib/audit/commands";
import type { Scope } from "@/lib/auth/scope";
import { dropAnswers } from "@/lib/orders/challenges";
import { type OrderClaim, underClaim } from "@/lib/orders/claim";
import { ATTEMPTS_MAX, renewAgainAt, retryAt, type Setback } from "@/lib/orders/rules";

/** The steps of an order's row with one more behind them. */
export function stepsWith(step: { at: Date; text: string }): SQL {
  return sql`${orders.steps} || ${JSON.stringify([{ at: step.at.toISOString(), text: step.text }])}::jsonb`;
}

/** The CA did not answer, or wants to be left alone for a while. Given up after too many attempts; where it left off stays. */
export async function recordSetback(
  scope: Scope,
  claim: OrderClaim,
  { sentence, setback, now }: { sentence: string; setback: Setback; now: Date },
): Promise<void> {
  if (claim.attempts >= ATTEMPTS_MAX) {
    const problem = `${sentence} It was given up after ${ATTEMPTS_MAX} attempts; Retry goes on where it was.`;
    return recordFailure(scope, claim, { problem, now, keepsPlace: true });
  }
  await underClaim(claim, { problem: sentence, nextAttemptAt: retryAt(setback, claim.attempts, now), lets: "go" });
}

/** The order has come to nothing. Its key is destroyed, unless it may go on later where it was. */
export async function recordFailure(
  scope: Scope,
  claim: OrderClaim,
  { problem, now, keepsPlace }: { problem: string; now: Date; keepsPlace: boolean },
): Promise<void> {
  const gone = keepsPlace ? {} : { keyBox: null, keyKeyId: null, orderUrl: null };
  const ended = { state: "failed", problem, endedAt: now, nextAttemptAt: null, ...gone } as const;
  await underClaim(claim, { ...ended, step: { at: now, text: `Failed. ${problem}` }, lets: "go" }, async (tx) => {
    await dropAnswers(tx, claim);
    const { accountId, orderId, replacesId } = claim;
    await recordAudit(tx, scope, { now, action: "order.failed", subjectId: orderId, details: { problem } });
    if (replacesId !== null) await noteFailedRenewal(tx, { accountId, certificateId: replacesId, problem, now });
  });
}

/** Says at a certificate why it was not renewed and, where it renews by itself, when that is tried again. */
export async function noteFailedRenewal(
  tx: Transaction,
  { accountId, certificateId, problem, now }: { accountId: string; certificateId: string; problem: string; now: Date },
): Promise<void> {
  const ofOrders = and(
    eq(orders.accountId, accountId),
    eq(orders.replacesId, certificateId),
    eq(orders.state, "failed"),
  );
  const failures = await tx.$count(orders, ofOrders);
  const isIssuance = and(eq(issuances.accountId, accountId), eq(issuances.certificateId, certificateId));
  const [row] = await tx.select({ notAfter: issuances.notAfter }).from(issuances).where(isIssuance).for("update");
  if (row === undefined) return;
  await tx.update(issuances).set({ renewalProblem: problem }).where(isIssuance);
  const again = renewAgainAt(failures, row.notAfter, now);
  await tx
    .update(issuances)
    .set({ renewAt: sql`greatest(${issuances.renewAt}, ${at(again)})` })
    .where(and(isIssuance, isNotNull(issuances.renewAt)));
}

/** The server stops: whoever is next takes it up at once, where the CA says that it is. */
export async function releaseClaim(claim: OrderClaim): Promise<void> {
  await underClaim(claim, { attempts: Math.max(claim.attempts - 1, 0), lets: "go" });
}
