import { and, eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { database } from "@/drizzle/client";
import { auditEvents } from "@/drizzle/schema/audit";
import { webhooks } from "@/drizzle/schema/notifications";
import { useTestDatabase } from "@/drizzle/test-database";
import { insertPerson, TEST_NOW } from "@/drizzle/test-rows";
import type { PersonScope } from "@/lib/auth/scope";
import { newId } from "@/lib/ids";
import { sendTest } from "@/lib/notifications/commands";
import { listWebhooks } from "@/lib/notifications/queries";
import { WEBHOOKS_MAX } from "@/lib/notifications/rules";
import { addWebhook, deleteWebhook, enableWebhook, openSecret, renewSecret } from "@/lib/notifications/webhooks";

useTestDatabase();

const now = TEST_NOW;
const url = "https://hooks.example.test/path?token=in-the-address";

async function rowOf(webhookId: string) {
  const [row] = await database().select().from(webhooks).where(eq(webhooks.id, webhookId));
  if (row === undefined) throw new Error("there is no such row");
  return row;
}

async function secretOf(webhookId: string): Promise<string> {
  const { secretBox, secretKeyId } = await rowOf(webhookId);
  return openSecret(webhookId, { box: secretBox, keyId: secretKeyId });
}

async function eventsOf(admin: PersonScope, subjectId: string) {
  const events = await database()
    .select()
    .from(auditEvents)
    .where(and(eq(auditEvents.accountId, admin.accountId), eq(auditEvents.subjectId, subjectId)))
    .orderBy(auditEvents.id);
  return events.map(({ action, actorLabel, details }) => ({ action, actorLabel, details }));
}

test("a new webhook is enabled, and its secret of 32 random bytes lies encrypted in the database", async () => {
  const admin = await insertPerson({ role: "admin" });
  const { webhookId, secret } = await addWebhook(admin, { url, now });
  expect(Buffer.from(secret, "base64url")).toHaveLength(32);
  expect(await listWebhooks(admin)).toEqual([
    { id: webhookId, url, enabled: true, addedAt: now, addedByLabel: admin.email, last: null },
  ]);
  const row = JSON.stringify(await rowOf(webhookId));
  expect(row).not.toContain(secret);
  expect(row).not.toContain(Buffer.from(secret).toString("base64").replace(/=+$/, ""));
  expect(await secretOf(webhookId)).toBe(secret);
});

test("a secret cannot be moved from one webhook to another", async () => {
  const admin = await insertPerson({ role: "admin" });
  const one = await addWebhook(admin, { url: "https://one.example.test/", now });
  const two = await addWebhook(admin, { url: "https://two.example.test/", now });
  const { secretBox, secretKeyId } = await rowOf(one.webhookId);
  expect(() => openSecret(two.webhookId, { box: secretBox, keyId: secretKeyId })).toThrow("was changed");
});

test("every change is audited with who and which host, and neither secret nor address", async () => {
  const admin = await insertPerson({ role: "admin" });
  const { webhookId, secret } = await addWebhook(admin, { url, now });
  await enableWebhook(admin, { webhookId, enabled: true, now });
  await enableWebhook(admin, { webhookId, enabled: false, now });
  await enableWebhook(admin, { webhookId, enabled: false, now });
  await enableWebhook(admin, { webhookId, enabled: true, now });
  const renewed = await renewSecret(admin, { webhookId, now });
  expect(renewed.secret).not.toBe(secret);
  expect(await secretOf(webhookId)).toBe(renewed.secret);
  await deleteWebhook(admin, { webhookId, now });
  expect(await listWebhooks(admin)).toEqual([]);
  const by = { actorLabel: admin.email, details: { host: "hooks.example.test" } };
  expect(await eventsOf(admin, webhookId)).toEqual([
    { action: "webhook.added", ...by },
    { action: "webhook.disabled", ...by },
    { action: "webhook.enabled", ...by },
    { action: "webhook.secret_renewed", ...by },
    { action: "webhook.deleted", ...by },
  ]);
});

test("an address is there once in an account, and may be there in another", async () => {
  const admin = await insertPerson({ role: "admin" });
  await addWebhook(admin, { url, now });
  await expect(addWebhook(admin, { url, now })).rejects.toThrow("There is a webhook for this address already.");
  await addWebhook(await insertPerson({ role: "admin" }), { url, now });
});

test("an IP address that is never called, or not allowed here, is refused at once", async () => {
  const admin = await insertPerson({ role: "admin" });
  for (const host of ["169.254.169.254", "[fd00:ec2::254]", "127.0.0.1", "[::1]", "[::ffff:7f00:1]", "0.0.0.0"]) {
    const refused = addWebhook(admin, { url: `https://${host}/`, now });
    await expect(refused, host).rejects.toMatchObject({ code: "invalid_input" });
  }
  await addWebhook(admin, { url: "https://10.1.2.3/", now });
  expect(await listWebhooks(admin)).toHaveLength(1);
});

test(`there are at most ${WEBHOOKS_MAX}, however many are added at the same moment`, async () => {
  const admin = await insertPerson({ role: "admin" });
  const many = Array.from({ length: WEBHOOKS_MAX + 4 }, (_, index) => `https://hooks.example.test/${index}`);
  const outcomes = await Promise.allSettled(many.map((one) => addWebhook(admin, { url: one, now })));
  const refused = outcomes.filter((outcome) => outcome.status === "rejected");
  expect(refused.map(({ reason }) => String(reason))).toEqual(
    Array(4).fill(`AppError: There are ${WEBHOOKS_MAX} webhooks already. Delete one first.`),
  );
  expect(await listWebhooks(admin)).toHaveLength(WEBHOOKS_MAX);
});

test("another account's webhook is answered exactly as an unknown one, and stays as it is", async () => {
  const owner = await insertPerson({ role: "admin" });
  const stranger = await insertPerson({ role: "admin" });
  const { webhookId } = await addWebhook(owner, { url, now });
  const before = await rowOf(webhookId);
  const attempts = [
    (id: string) => enableWebhook(stranger, { webhookId: id, enabled: false, now }),
    (id: string) => renewSecret(stranger, { webhookId: id, now }),
    (id: string) => deleteWebhook(stranger, { webhookId: id, now }),
    (id: string) => sendTest(stranger, { webhookId: id, now }),
  ];
  for (const attempt of attempts) {
    const answers = [await attempt(webhookId).catch(String), await attempt(newId()).catch(String)];
    expect(answers).toEqual(Array(2).fill("AppError: There is no such webhook. Reload the page."));
  }
  expect(await rowOf(webhookId)).toEqual(before);
});
