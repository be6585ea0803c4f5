import "server-only";
import { isIP } from "node:net";
import { and, asc, eq, ne, sql } from "drizzle-orm";
import { database, type Transaction } from "@/drizzle/client";
import { webhooks } from "@/drizzle/schema/notifications";
import { recordAudit } from "@/lib/audit/commands";
import type { AuditAction } from "@/lib/audit/rules";
import type { PersonScope } from "@/lib/auth/scope";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { refusalOf } from "@/lib/network/rules";
import { WEBHOOKS_MAX } from "@/lib/notifications/rules";
import { newWebhookSecret } from "@/lib/notifications/sign";
import { type Sealed, seal, unseal } from "@/lib/secrets/encrypt";
import { isBehind, type SealedStore } from "@/lib/secrets/reseal";

type Change = { webhookId: string; now: Date };

/**
 * Adds a webhook, enabled, and answers with the key of its signatures, which is told only here.
 * @throws AppError when its address is one of those that are never called, is there already, or there are too many
 */
export async function addWebhook(
  scope: PersonScope,
  { url, now }: { url: string; now: Date },
): Promise<{ webhookId: string; secret: string }> {
  const problem = addressProblem(url);
  if (problem !== null) throw new AppError("invalid_input", problem);
  const webhookId = newId();
  const secret = newWebhookSecret();
  await database().transaction(async (tx) => {
    // Whoever adds at the same moment waits, and counts this one too.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`webhooks:${scope.accountId}`}, 0))`);
    const count = await tx.$count(webhooks, eq(webhooks.accountId, scope.accountId));
    if (count >= WEBHOOKS_MAX) throw new AppError("conflict", TOO_MANY);
    const added = await tx
      .insert(webhooks)
      .values({
        ...{ accountId: scope.accountId, id: webhookId, url, enabled: true, ...sealedSecret(webhookId, secret) },
        ...{ addedAt: now, addedById: scope.userId, addedByLabel: scope.email },
      })
      .onConflictDoNothing()
      .returning({ id: webhooks.id });
    if (added.length === 0) throw new AppError("conflict", "There is a webhook for this address already.");
    const details = { host: new URL(url).host };
    await recordAudit(tx, scope, { now, action: "webhook.added", subjectId: webhookId, details });
  });
  return { webhookId, secret };
}

const TOO_MANY = `There are ${WEBHOOKS_MAX} webhooks already. Delete one first.`;

/** An IP address is judged at once; what a name leads to, with each delivery. */
function addressProblem(url: string): string | null {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  return isIP(host) === 0 ? null : refusalOf(host, env().CERTSWEEP_PROBE_NETWORKS);
}

/** Lets a webhook be called or not. What is on its way to a disabled one ends as failed. */
export async function enableWebhook(scope: PersonScope, change: Change & { enabled: boolean }): Promise<void> {
  const { enabled } = change;
  await changeWebhook(scope, change, {
    action: enabled ? "webhook.enabled" : "webhook.disabled",
    write: (tx, webhookId) =>
      tx
        .update(webhooks)
        .set({ enabled })
        .where(and(ofWebhook(scope, webhookId), ne(webhooks.enabled, enabled)))
        .returning({ url: webhooks.url }),
  });
}

/** Gives a webhook another key, which is told only here and counts from the next attempt on. */
export async function renewSecret(scope: PersonScope, change: Change): Promise<{ secret: string }> {
  const secret = newWebhookSecret();
  await changeWebhook(scope, change, {
    action: "webhook.secret_renewed",
    write: (tx, webhookId) =>
      tx
        .update(webhooks)
        .set(sealedSecret(webhookId, secret))
        .where(ofWebhook(scope, webhookId))
        .returning({ url: webhooks.url }),
  });
  return { secret };
}

/** Deletes a webhook with its key and its log. */
export async function deleteWebhook(scope: PersonScope, change: Change): Promise<void> {
  await changeWebhook(scope, change, {
    action: "webhook.deleted",
    write: (tx, webhookId) => tx.delete(webhooks).where(ofWebhook(scope, webhookId)).returning({ url: webhooks.url }),
  });
}

type Write = (tx: Transaction, webhookId: string) => Promise<{ url: string }[]>;

/** Writes and audits; a write that changes nothing leaves no audit event. @throws AppError when there is no such webhook */
async function changeWebhook(
  scope: PersonScope,
  { webhookId, now }: Change,
  { action, write }: { action: AuditAction; write: Write },
): Promise<void> {
  await database().transaction(async (tx) => {
    const [changed] = await write(tx, webhookId);
    if (changed === undefined) {
      if ((await tx.$count(webhooks, ofWebhook(scope, webhookId))) > 0) return;
      throw new AppError("not_found", "There is no such webhook. Reload the page.");
    }
    const details = { host: new URL(changed.url).host };
    await recordAudit(tx, scope, { now, action, subjectId: webhookId, details });
  });
}

function ofWebhook(scope: PersonScope, webhookId: string) {
  return and(eq(webhooks.accountId, scope.accountId), eq(webhooks.id, webhookId));
}

function sealedSecret(webhookId: string, secret: string) {
  const { box, keyId } = seal(Buffer.from(secret), placeOf(webhookId));
  return { secretBox: box, secretKeyId: keyId };
}

/** The key of a webhook's signatures. @throws AppError when it cannot be decrypted */
export function openSecret(webhookId: string, sealed: Sealed): string {
  return unseal(sealed, placeOf(webhookId)).toString();
}

/** For the rotation of the encryption key. */
export const sealedWebhookSecrets: SealedStore = {
  title: "webhook secrets",
  read: (tx, { after, limit, keyId }) =>
    tx
      .select({ accountId: webhooks.accountId, id: webhooks.id, box: webhooks.secretBox, keyId: webhooks.secretKeyId })
      .from(webhooks)
      .where(and(ne(webhooks.secretKeyId, keyId), isBehind({ account: webhooks.accountId, id: webhooks.id }, after)))
      .orderBy(asc(webhooks.accountId), asc(webhooks.id))
      .limit(limit)
      .for("update"),
  write: async (tx, { accountId, id }, { box, keyId }) => {
    const isRow = and(eq(webhooks.accountId, accountId), eq(webhooks.id, id));
    await tx.update(webhooks).set({ secretBox: box, secretKeyId: keyId }).where(isRow);
  },
  placeOf: ({ id }) => placeOf(id),
};

function placeOf(webhookId: string): string {
  return `webhooks.secret:${webhookId}`;
}
