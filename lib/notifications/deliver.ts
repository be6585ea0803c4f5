import "server-only";
import { and, eq, lte } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { webhookAttempts, webhookDeliveries, webhooks } from "@/drizzle/schema/notifications";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { addDeliveryJob } from "@/lib/notifications/commands";
import { type Answer, post } from "@/lib/notifications/post";
import { CLOCK_TOLERANCE_MS, LEASE_MS, type NotificationEvent, retryAt } from "@/lib/notifications/rules";
import { signatureOf } from "@/lib/notifications/sign";
import { openSecret } from "@/lib/notifications/webhooks";

type DeliveryKey = { accountId: string; deliveryId: string };

/** A delivery that this worker alone may try, until the lease ends. */
type Claim = DeliveryKey & {
  leaseEnd: Date;
  event: NotificationEvent;
  body: string;
  attempts: number;
  attemptsLeft: number;
  webhook: { id: string; url: string; enabled: boolean; box: string; keyId: string };
};

/** Tries a delivery that is due, notes the attempt and plans the next. Does nothing when it is not due or being tried. */
export async function deliver(key: DeliveryKey, clock: () => Date): Promise<void> {
  const begun = clock();
  const claim = await claimDelivery(key, begun);
  if (claim === null) return;
  const answer = claim.webhook.enabled ? await call(claim, begun) : DISABLED;
  await noteAttempt(claim, answer, { begun, ended: clock() });
}

const DISABLED: Answer = { httpStatus: null, problem: "Its webhook was disabled. Enable it, then send this again." };

async function claimDelivery({ accountId, deliveryId }: DeliveryKey, now: Date): Promise<Claim | null> {
  const leaseEnd = new Date(now.getTime() + LEASE_MS);
  const isDue = lte(webhookDeliveries.nextAttemptAt, new Date(now.getTime() + CLOCK_TOLERANCE_MS));
  const [claimed] = await database()
    .update(webhookDeliveries)
    .set({ nextAttemptAt: leaseEnd })
    .from(webhooks)
    .where(
      and(
        eq(webhookDeliveries.accountId, accountId),
        eq(webhookDeliveries.id, deliveryId),
        eq(webhookDeliveries.status, "pending"),
        isDue,
        eq(webhooks.accountId, webhookDeliveries.accountId),
        eq(webhooks.id, webhookDeliveries.webhookId),
      ),
    )
    .returning({
      event: webhookDeliveries.event,
      body: webhookDeliveries.body,
      attempts: webhookDeliveries.attempts,
      attemptsLeft: webhookDeliveries.attemptsLeft,
      webhookId: webhooks.id,
      url: webhooks.url,
      enabled: webhooks.enabled,
      box: webhooks.secretBox,
      keyId: webhooks.secretKeyId,
    });
  if (claimed === undefined) return null;
  const { webhookId, url, enabled, box, keyId, ...delivery } = claimed;
  return { accountId, deliveryId, leaseEnd, ...delivery, webhook: { id: webhookId, url, enabled, box, keyId } };
}

async function call({ deliveryId, event, body, webhook }: Claim, now: Date): Promise<Answer> {
  try {
    const headers = {
      "content-type": "application/json",
      "user-agent": "Certsweep",
      "certsweep-event": event,
      "certsweep-delivery": deliveryId,
      "certsweep-signature": signatureOf(body, openSecret(webhook.id, webhook), now),
    };
    return await post(webhook.url, { headers, body }, env().CERTSWEEP_PROBE_NETWORKS);
  } catch (error) {
    // A secret that this server cannot open is told like any other problem, and may be mended before the next attempt.
    if (error instanceof AppError) return { httpStatus: null, problem: error.message };
    throw error;
  }
}

/** Writes the attempt into the log and what follows from it. A worker whose lease ended writes nothing. */
async function noteAttempt(
  claim: Claim,
  answer: Answer,
  { begun, ended }: { begun: Date; ended: Date },
): Promise<void> {
  const { accountId, deliveryId, leaseEnd, attempts, webhook } = claim;
  const isDelivered = answer.problem === null;
  const attemptsLeft = webhook.enabled ? claim.attemptsLeft - 1 : 0;
  const nextAttemptAt = isDelivered ? null : retryAt(attemptsLeft, ended);
  const status = isDelivered ? "delivered" : nextAttemptAt === null ? "failed" : "pending";
  await database().transaction(async (tx) => {
    const noted = await tx
      .update(webhookDeliveries)
      .set({ status, nextAttemptAt, attemptsLeft, attempts: attempts + 1 })
      .where(
        and(
          eq(webhookDeliveries.accountId, accountId),
          eq(webhookDeliveries.id, deliveryId),
          eq(webhookDeliveries.nextAttemptAt, leaseEnd),
        ),
      )
      .returning({ id: webhookDeliveries.id });
    if (noted.length === 0) return;
    const milliseconds = Math.max(0, ended.getTime() - begun.getTime());
    await tx
      .insert(webhookAttempts)
      .values({ accountId, deliveryId, number: attempts + 1, at: begun, milliseconds, ...answer });
    if (nextAttemptAt !== null) await addDeliveryJob(tx, { accountId, deliveryId, at: nextAttemptAt });
  });
}
