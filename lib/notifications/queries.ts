import "server-only";
import { and, asc, desc, eq, gt, inArray, lt, type SQL, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { webhookAttempts, webhookDeliveries, webhooks } from "@/drizzle/schema/notifications";
import type { Scope } from "@/lib/auth/scope";
import { ATTEMPTS_SHOWN, LOG_PAGE_SIZE } from "@/lib/notifications/rules";
import type { AttemptView, DeliveryView, LogAddress, LogPage, WebhookView } from "@/lib/notifications/schema";

/** The account's webhooks in the order in which they were added, each with its latest delivery. */
export async function listWebhooks(scope: Scope): Promise<WebhookView[]> {
  const last = database()
    .select({ event: webhookDeliveries.event, status: webhookDeliveries.status, at: webhookDeliveries.createdAt })
    .from(webhookDeliveries)
    .where(and(eq(webhookDeliveries.accountId, webhooks.accountId), eq(webhookDeliveries.webhookId, webhooks.id)))
    .orderBy(desc(webhookDeliveries.id))
    .limit(1)
    .as("last");
  const rows = await database()
    .select({
      id: webhooks.id,
      url: webhooks.url,
      enabled: webhooks.enabled,
      addedAt: webhooks.addedAt,
      addedByLabel: webhooks.addedByLabel,
      last: { event: last.event, status: last.status, at: last.at },
    })
    .from(webhooks)
    .leftJoinLateral(last, sql`true`)
    .where(eq(webhooks.accountId, scope.accountId))
    .orderBy(asc(webhooks.id));
  return rows;
}

/** A page of the log, newest first. */
export async function listDeliveries(scope: Scope, { after, before }: LogAddress): Promise<LogPage> {
  if (before !== null) {
    const found = await readDeliveries(scope, gt(webhookDeliveries.id, before), "newer");
    // With no more than a page before the place, that page is the first one and may have grown.
    if (found.length <= LOG_PAGE_SIZE) return listDeliveries(scope, { after: null, before: null });
    const rows = found.slice(0, LOG_PAGE_SIZE).reverse();
    return { rows: await withLogs(scope, rows), newer: rows[0]?.id ?? null, older: rows.at(-1)?.id ?? null };
  }
  const found = await readDeliveries(scope, after === null ? undefined : lt(webhookDeliveries.id, after), "older");
  const rows = found.slice(0, LOG_PAGE_SIZE);
  const older = found.length > LOG_PAGE_SIZE ? (rows.at(-1)?.id ?? null) : null;
  return { rows: await withLogs(scope, rows), newer: after === null ? null : (rows[0]?.id ?? null), older };
}

type Row = Omit<DeliveryView, "log">;

function readDeliveries(scope: Scope, where: SQL | undefined, towards: "newer" | "older"): Promise<Row[]> {
  return database()
    .select({
      id: webhookDeliveries.id,
      webhookId: webhookDeliveries.webhookId,
      url: webhooks.url,
      isWebhookEnabled: webhooks.enabled,
      event: webhookDeliveries.event,
      status: webhookDeliveries.status,
      runId: webhookDeliveries.runId,
      at: webhookDeliveries.createdAt,
      attempts: webhookDeliveries.attempts,
      nextAttemptAt: webhookDeliveries.nextAttemptAt,
    })
    .from(webhookDeliveries)
    .innerJoin(
      webhooks,
      and(eq(webhooks.accountId, webhookDeliveries.accountId), eq(webhooks.id, webhookDeliveries.webhookId)),
    )
    .where(and(eq(webhookDeliveries.accountId, scope.accountId), where))
    .orderBy(towards === "older" ? desc(webhookDeliveries.id) : asc(webhookDeliveries.id))
    .limit(LOG_PAGE_SIZE + 1);
}

async function withLogs(scope: Scope, rows: Row[]): Promise<DeliveryView[]> {
  const attempts = await readAttempts(
    scope,
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({
    ...row,
    log: attempts.filter(({ deliveryId }) => deliveryId === row.id).map(({ deliveryId: _, ...attempt }) => attempt),
  }));
}

/** The latest attempts of each delivery, newest first. */
async function readAttempts(scope: Scope, deliveryIds: string[]): Promise<(AttemptView & { deliveryId: string })[]> {
  if (deliveryIds.length === 0) return [];
  return database()
    .select({
      deliveryId: webhookAttempts.deliveryId,
      number: webhookAttempts.number,
      at: webhookAttempts.at,
      httpStatus: webhookAttempts.httpStatus,
      problem: webhookAttempts.problem,
      milliseconds: webhookAttempts.milliseconds,
    })
    .from(webhookAttempts)
    .innerJoin(
      webhookDeliveries,
      and(
        eq(webhookDeliveries.accountId, webhookAttempts.accountId),
        eq(webhookDeliveries.id, webhookAttempts.deliveryId),
        gt(webhookAttempts.number, sql`${webhookDeliveries.attempts} - ${sql.raw(String(ATTEMPTS_SHOWN))}`),
      ),
    )
    .where(and(eq(webhookAttempts.accountId, scope.accountId), inArray(webhookAttempts.deliveryId, deliveryIds)))
    .orderBy(desc(webhookAttempts.number));
}
