import "server-only";
import { and, asc, eq, sql } from "drizzle-orm";
import { database, type Executor } from "@/drizzle/client";
import { webhookDeliveries, webhooks } from "@/drizzle/schema/notifications";
import { accountName } from "@/lib/accounts/queries";
import { recordAudit } from "@/lib/audit/commands";
import type { PersonScope } from "@/lib/auth/scope";
import { type RunFacts, readRunFacts } from "@/lib/cleanup/queries";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { addJob } from "@/lib/jobs/queue";
import { bodyOf } from "@/lib/notifications/message";
import { attemptsFor, type NotificationEvent, type RunEvent } from "@/lib/notifications/rules";

/**
 * Tells every enabled webhook of the account what happened to a run. Call it in the transaction that ends or holds the
 * run, after the run's row was written: the messages are there when that commits, and never otherwise. A run is told
 * once of an event, however often it is announced.
 */
export async function announceRun(
  executor: Executor,
  { accountId, runId, event, now }: { accountId: string; runId: string; event: RunEvent; now: Date },
): Promise<void> {
  // Locked, so that a webhook that is being deleted is gone here too and cannot fail the insert, and with it the run.
  const receivers = await executor
    .select({ id: webhooks.id })
    .from(webhooks)
    .where(and(eq(webhooks.accountId, accountId), webhooks.enabled))
    .orderBy(asc(webhooks.id))
    .for("key share");
  if (receivers.length === 0) return;
  const run = await readRunFacts(executor, { accountId, runId });
  const account = { id: accountId, name: await accountName({ accountId }, executor) };
  for (const { id: webhookId } of receivers) await addDelivery(executor, { account, webhookId, event, run, now });
}

/** Sends a message to one webhook, to see whether it arrives. @throws AppError when there is none or it is disabled */
export async function sendTest(
  scope: PersonScope,
  { webhookId, now }: { webhookId: string; now: Date },
): Promise<{ deliveryId: string }> {
  const { accountId } = scope;
  return database().transaction(async (tx) => {
    const [webhook] = await tx
      .select({ url: webhooks.url, enabled: webhooks.enabled })
      .from(webhooks)
      .where(and(eq(webhooks.accountId, accountId), eq(webhooks.id, webhookId)))
      .for("key share");
    if (webhook === undefined) throw new AppError("not_found", "There is no such webhook. Reload the page.");
    if (!webhook.enabled) throw new AppError("conflict", "This webhook is disabled. Enable it first.");
    const account = { id: accountId, name: await accountName(scope, tx) };
    const deliveryId = await addDelivery(tx, { account, webhookId, event: "test", run: null, now });
    const details = { host: new URL(webhook.url).host };
    await recordAudit(tx, scope, { now, action: "webhook.tested", subjectId: webhookId, details });
    return { deliveryId };
  });
}

/** Tries a failed delivery again, as often as a new one. @throws AppError when it is not there or cannot be sent now */
export async function sendAgain(
  scope: PersonScope,
  { deliveryId, now }: { deliveryId: string; now: Date },
): Promise<void> {
  const { accountId } = scope;
  await database().transaction(async (tx) => {
    const [delivery] = await tx
      .select({
        event: webhookDeliveries.event,
        status: webhookDeliveries.status,
        webhookId: webhooks.id,
        url: webhooks.url,
        enabled: webhooks.enabled,
      })
      .from(webhookDeliveries)
      .innerJoin(
        webhooks,
        sql`(${webhooks.accountId}, ${webhooks.id}) = (${accountId}::uuid, ${webhookDeliveries.webhookId})`,
      )
      .where(and(eq(webhookDeliveries.accountId, accountId), eq(webhookDeliveries.id, deliveryId)))
      .for("update", { of: webhookDeliveries });
    if (delivery === undefined) throw new AppError("not_found", "There is no such delivery any more. Reload the page.");
    if (delivery.status !== "failed") throw new AppError("conflict", "Only a delivery that has failed is sent again.");
    if (!delivery.enabled) throw new AppError("conflict", "Its webhook is disabled. Enable it first.");
    await tx
      .update(webhookDeliveries)
      .set({ status: "pending", attemptsLeft: attemptsFor(delivery.event), nextAttemptAt: now })
      .where(and(eq(webhookDeliveries.accountId, accountId), eq(webhookDeliveries.id, deliveryId)));
    await addDeliveryJob(tx, { accountId, deliveryId, at: null });
    const { webhookId, event, url } = delivery;
    const details = { event, host: new URL(url).host };
    await recordAudit(tx, scope, { now, action: "webhook.sent_again", subjectId: webhookId, details });
  });
}

type Delivery = {
  account: { id: string; name: string };
  webhookId: string;
  event: NotificationEvent;
  run: RunFacts | null;
  now: Date;
};

/** Makes a delivery and its job, unless the webhook has been told of this event of this run already. */
async function addDelivery(executor: Executor, { account, webhookId, event, run, now }: Delivery): Promise<string> {
  const deliveryId = newId();
  const accountId = account.id;
  const made = await executor
    .insert(webhookDeliveries)
    .values({
      ...{ accountId, webhookId, event, id: deliveryId, runId: run?.id ?? null },
      ...{ status: "pending", attemptsLeft: attemptsFor(event), nextAttemptAt: now, createdAt: now },
      body: bodyOf({ event, id: deliveryId, account, run, now }),
    })
    .onConflictDoNothing()
    .returning({ id: webhookDeliveries.id });
  if (made.length > 0) await addDeliveryJob(executor, { accountId, deliveryId, at: null });
  return deliveryId;
}

/** Has a delivery tried soon after `at`, or at once when that is null. */
export async function addDeliveryJob(
  executor: Executor,
  { accountId, deliveryId, at }: { accountId: string; deliveryId: string; at: Date | null },
): Promise<void> {
  const asked = { task: "webhook_delivery", payload: { accountId, deliveryId }, key: `webhook_delivery:${deliveryId}` };
  // The delivery's row counts the attempts, so that a job engine that lost its tables loses no message.
  await addJob(executor, { ...asked, attempts: 1, ...(at === null ? {} : { runAt: at }) });
}
