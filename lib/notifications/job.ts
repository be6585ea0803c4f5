import "server-only";
import { and, asc, eq, lt, sql } from "drizzle-orm";
import type { Task } from "graphile-worker";
import { z } from "zod";
import { database } from "@/drizzle/client";
import { webhookDeliveries } from "@/drizzle/schema/notifications";
import { addDeliveryJob } from "@/lib/notifications/commands";
import { deliver } from "@/lib/notifications/deliver";
import { LEASE_MS, LOG_DAYS } from "@/lib/notifications/rules";

const BATCH = 500;
const DAY_MS = 86_400_000;

const ofDelivery = z.object({ accountId: z.uuid(), deliveryId: z.uuid() });

/** The tasks of the job engine that send messages, by the names under which jobs ask for them. */
export function notificationTasks({ clock }: { clock: () => Date }) {
  return {
    webhook_delivery: (payload) => deliver(ofDelivery.parse(payload), clock),
    notifications_tick: async () => {
      const now = clock();
      await takeUpLost(now);
      await forgetOld(now);
    },
  } satisfies Record<string, Task>;
}

/** Asks again for deliveries that nobody has tried long after they were due: their job is held by a dead server or gone. */
async function takeUpLost(now: Date): Promise<void> {
  const lost = await database()
    .select({ accountId: webhookDeliveries.accountId, deliveryId: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(
      and(
        eq(webhookDeliveries.status, "pending"),
        lt(webhookDeliveries.nextAttemptAt, new Date(now.getTime() - LEASE_MS)),
      ),
    )
    .orderBy(asc(webhookDeliveries.nextAttemptAt))
    .limit(BATCH);
  for (const key of lost) await addDeliveryJob(database(), { ...key, at: null });
}

/** The log stays bounded: a batch of what is older than LOG_DAYS goes every minute. */
async function forgetOld(now: Date): Promise<void> {
  const cutoff = new Date(now.getTime() - LOG_DAYS * DAY_MS);
  const old = database()
    .select({ accountId: webhookDeliveries.accountId, id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(lt(webhookDeliveries.createdAt, cutoff))
    .orderBy(asc(webhookDeliveries.createdAt))
    .limit(BATCH);
  await database()
    .delete(webhookDeliveries)
    .where(sql`(${webhookDeliveries.accountId}, ${webhookDeliveries.id}) in ${old}`);
}
