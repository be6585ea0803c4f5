import "server-only";
import { and, inArray } from "drizzle-orm";
import { database, type Transaction } from "@/drizzle/client";
import { constraintOf } from "@/drizzle/failures";
import { orders } from "@/drizzle/schema/orders";
import { recordAudit } from "@/lib/audit/commands";
import type { Scope } from "@/lib/auth/scope";
import { AppError } from "@/lib/errors";
import { dropAnswers } from "@/lib/orders/challenges";
import { isFree, isOrder } from "@/lib/orders/claim";
import { addOrdersJob, type OrderWish, type Placed, place } from "@/lib/orders/place";
import { stepsWith } from "@/lib/orders/record";
import { renewCertificate } from "@/lib/orders/renew";
import { makeOrReadRequest } from "@/lib/orders/request";
import type { OrderState } from "@/lib/orders/rules";
import { sealKey } from "@/lib/orders/sealed-keys";
import { lookUpTxt, type TxtLookUp } from "@/lib/orders/txt-records";

/**
 * Orders a certificate. A private CA issues it within the call; an ACME server's order goes on as a job, and its row says
 * how far it came. What cannot be ordered is refused with the field that is to blame.
 */
export async function placeOrder(scope: Scope, wish: OrderWish, now: Date): Promise<Placed> {
  return await place(scope, wish, { replacesId: null, now });
}

/** Orders a certificate that was issued here once more; see lib/orders/renew.ts. */
export async function renew(scope: Scope, certificateId: string, now: Date): Promise<Placed | { kind: "unknown" }> {
  return await renewCertificate(scope, certificateId, now);
}

/** "found": the CA is asked now. "missing": what is there instead, in a sentence; the CA was not asked. */
export type DnsCheck = { kind: "found" } | { kind: "missing"; sentence: string };

/**
 * Looks up the TXT records that an order waits for, and asks the CA only when all are there: a failed validation would end
 * the order. @throws AppError "not_found", "conflict" when the order does not wait for them
 */
export async function checkDns(
  scope: Scope,
  orderId: string,
  now: Date,
  lookUp: TxtLookUp = lookUpTxt,
): Promise<DnsCheck> {
  const order = await readState(scope, orderId);
  if (order.state !== "waiting_for_dns") throw new AppError("conflict", "This order does not wait for DNS.");
  const wanted = (order.authorizations ?? []).flatMap(({ status, txtName, txtValue }) =>
    status === "pending" && txtName !== null && txtValue !== null ? [{ txtName, txtValue }] : [],
  );
  const missing = await Promise.all(wanted.map((record) => missingOf(record, lookUp)));
  const sentences = missing.flatMap((sentence) => sentence ?? []);
  if (sentences.length > 0) return { kind: "missing", sentence: [...new Set(sentences)].join(" ") };
  const step = { at: now, text: "The TXT records are there." };
  await change(scope, orderId, { now, from: ["waiting_for_dns"], action: null }, (tx) =>
    wake(tx, scope, { orderId, state: "validating", steps: stepsWith(step), now }),
  );
  return { kind: "found" };
}

async function missingOf(record: { txtName: string; txtValue: string }, lookUp: TxtLookUp): Promise<string | null> {
  const { txtName, txtValue } = record;
  try {
    const found = await lookUp(txtName);
    if (found.includes(txtValue)) return null;
    if (found.length === 0) return `There is no TXT record at ${txtName} yet.`;
    const shown = found.slice(0, 3).map((value) => `“${value.slice(0, 80)}”`);
    return `The TXT record at ${txtName} says ${shown.join(" and ")}, not “${txtValue}”.`;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unforeseen";
    return `${txtName} could not be looked up (${code}). Try again in a moment.`;
  }
}

/** Ends an order that has not been handed in whole. @throws AppError "not_found", "conflict" */
export async function cancelOrder(scope: Scope, orderId: string, now: Date): Promise<void> {
  const from: OrderState[] = ["queued", "waiting_for_dns", "validating"];
  await change(scope, orderId, { now, from, action: "order.canceled" }, async (tx) => {
    const ended = { state: "canceled", endedAt: now, nextAttemptAt: null, keyBox: null, keyKeyId: null } as const;
    const steps = stepsWith({ at: now, text: `Canceled by ${scope.actor.label}.` });
    await tx
      .update(orders)
      .set({ ...ended, steps })
      .where(isOrder({ accountId: scope.accountId, orderId }));
    await dropAnswers(tx, { accountId: scope.accountId, orderId });
  });
}

/**
 * Has an order that failed done again: where it was when the CA did not answer any more, else from the beginning, with a
 * new key; one that waits for its next attempt goes on at once. @throws AppError "not_found", "conflict"
 */
export async function retryOrder(scope: Scope, orderId: string, now: Date): Promise<void> {
  const { keyAlgorithm, names, state, orderUrl } = await readState(scope, orderId);
  const isNew = state === "failed" && orderUrl === null;
  const made = isNew && keyAlgorithm !== null ? await makeOrReadRequest({ names, keyAlgorithm, csr: null }) : null;
  const key =
    made === null || "kind" in made || made.privateKeyPem === null
      ? {}
      : { csr: made.csr, ...sealKey(made.privateKeyPem, { accountId: scope.accountId, orderId }) };
  const steps = stepsWith({ at: now, text: `${scope.actor.label} had it tried again.` });
  const again = { ...key, ...(isNew ? { authorizations: null } : {}), steps, now };
  try {
    await change(
      scope,
      orderId,
      { now, from: ["queued", "validating", "finalizing", "failed"], action: "order.retried" },
      (tx) => wake(tx, scope, { orderId, state: state === "failed" ? "queued" : state, ...again }),
    );
  } catch (error) {
    if (constraintOf(error) !== "orders_replaces_key") throw error;
    throw new AppError("conflict", "The certificate is being renewed by another order.", { cause: error });
  }
}

type Waking = Partial<Pick<typeof orders.$inferInsert, "keyBox" | "keyKeyId" | "csr" | "authorizations">> & {
  orderId: string;
  state: OrderState;
  steps: ReturnType<typeof stepsWith>;
  now: Date;
};

async function wake(tx: Transaction, { accountId }: Scope, { orderId, now, ...values }: Waking): Promise<void> {
  await tx
    .update(orders)
    .set({ ...values, problem: null, attempts: 0, endedAt: null, nextAttemptAt: now })
    .where(isOrder({ accountId, orderId }));
  await addOrdersJob(tx);
}

async function readState({ accountId }: Scope, orderId: string) {
  const [row] = await database()
    .select({
      ...{ state: orders.state, authorizations: orders.authorizations, orderUrl: orders.orderUrl },
      ...{ keyAlgorithm: orders.keyAlgorithm, names: orders.names },
    })
    .from(orders)
    .where(isOrder({ accountId, orderId }));
  if (row === undefined) throw new AppError("not_found", "There is no such order. Reload the page.");
  return row;
}

type Change = { now: Date; from: OrderState[]; action: "order.retried" | "order.canceled" | null };

/** Holds the order while it is changed: it has to be in one of these states, and nobody may be at it. */
async function change(
  scope: Scope,
  orderId: string,
  { now, from, action }: Change,
  write: (tx: Transaction) => Promise<void>,
): Promise<void> {
  await database().transaction(async (tx) => {
    const ofOrder = isOrder({ accountId: scope.accountId, orderId });
    const [held] = await tx
      .select({ id: orders.id })
      .from(orders)
      .where(and(ofOrder, inArray(orders.state, from), isFree(now)))
      .for("update");
    if (held === undefined) throw await refusalOf(tx, scope, orderId);
    await write(tx);
    if (action !== null) await recordAudit(tx, scope, { now, action, subjectId: orderId, details: {} });
  });
}

async function refusalOf(tx: Transaction, { accountId }: Scope, orderId: string): Promise<AppError> {
  const [row] = await tx
    .select({ state: orders.state, leaseUntil: orders.leaseUntil })
    .from(orders)
    .where(isOrder({ accountId, orderId }));
  if (row === undefined) return new AppError("not_found", "There is no such order. Reload the page.");
  if (row.leaseUntil !== null)
    return new AppError("conflict", "The CA is being asked right now. Try again in a moment.");
  if (row.state === "finalizing") return new AppError("conflict", "The CA is issuing it now. Wait until it is there.");
  return new AppError("conflict", "This order has gone on meanwhile. Reload the page.");
}
