import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, type Page } from "@playwright/test";
import { expectAccessible } from "./axe";
import { createEmptyDatabase, setting, sql } from "./database";
import { PASSWORD } from "./people";
import { type Receiver, startReceiver } from "./receiver";
import { startServer } from "./server";
import { test } from "./test";
import { addDelivery, addWebhook } from "./webhooks";

function screenOf(page: Page) {
  return {
    add: page.getByRole("button", { name: "Add webhook" }),
    dialog: page.getByRole("dialog"),
    row: page.getByRole("table", { name: "Webhooks" }).getByRole("row").last(),
    deliveries: page.getByRole("table", { name: "Deliveries" }).getByRole("row"),
    toasts: page.getByRole("region", { name: "Notifications" }),
  };
}

async function addBy(page: Page, url: string): Promise<void> {
  const { add, dialog } = screenOf(page);
  await add.click();
  await dialog.getByLabel("Address").fill(url);
  await dialog.getByRole("button", { name: "Add webhook" }).click();
}

function isSigned({ headers, body }: Receiver["received"][number], secret: string): boolean {
  const [, seconds, signature] = /^t=(\d+),v1=(\w+)$/.exec(String(headers["certsweep-signature"])) ?? [];
  return createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex") === signature;
}

test("a webhook is added, tried, sent again, disabled, given a new secret and deleted", async ({ page }) => {
  test.setTimeout(180_000);
  const receiver = await startReceiver();
  const folder = mkdtempSync(path.join(os.tmpdir(), "certsweep-ca-"));
  const caFile = path.join(folder, "ca.pem");
  writeFileSync(caFile, receiver.ca);
  const database = await createEmptyDatabase(setting("E2E_ADMIN_URL"));
  const server = await startServer(database.url, {
    NODE_EXTRA_CA_CERTS: caFile,
    CERTSWEEP_PROBE_NETWORKS: "public,private,loopback",
    CERTSWEEP_ADMIN_EMAIL: "admin@example.test",
    CERTSWEEP_ADMIN_PASSWORD: PASSWORD,
  });
  try {
    await page.goto(`${server.url}/sign-in`);
    await page.getByLabel("Email").fill("admin@example.test");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("link", { name: "Notifications" }).click();
    await expect(page.getByRole("heading", { name: "Notifications", level: 1 })).toBeVisible();
    await expect(page.getByText("No webhooks yet")).toBeVisible();
    const { dialog, row, deliveries, toasts } = screenOf(page);

    await addBy(page, `${receiver.origin}/hook`);
    await expect(dialog).toHaveAccessibleName("Keep this secret now");
    const secret = await dialog.getByLabel("Secret").inputValue();
    await dialog.getByRole("button", { name: "Done" }).click();
    await expect(row).toContainText("Enabled");
    await expect(row).toContainText("Nothing sent yet");
    expect(await page.content()).not.toContain(secret);

    await page.getByRole("button", { name: /^Send test to localhost/ }).click();
    await expect(toasts).toContainText("A test is on its way to localhost");
    await expect(deliveries).toHaveCount(2);
    await expect(deliveries.nth(1)).toContainText("Delivered");
    await expect(row).toContainText("Delivered");
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received.map((message) => isSigned(message, secret))).toEqual([true]);
    expect(JSON.parse(receiver.received[0]?.body ?? "")).toMatchObject({ event: "test", run: null });

    receiver.answerWith({ status: 500 });
    await page.getByRole("button", { name: /^Send test to localhost/ }).click();
    await expect(deliveries).toHaveCount(3);
    await expect(deliveries.nth(1)).toContainText("Failed");
    await deliveries.nth(1).getByText("1 attempt").click();
    await expect(deliveries.nth(1).getByRole("listitem")).toContainText(/^1\. .* UTC: It answered 500\./);
    receiver.answerWith({ status: 200 });
    await page.getByRole("button", { name: /^Send again: Test/ }).click();
    await expect(deliveries.nth(1)).toContainText("Delivered");
    await expect(deliveries.nth(1)).toContainText("2 attempts");
    const ids = receiver.received.map(({ headers }) => headers["certsweep-delivery"]);
    expect(ids[2]).toBe(ids[1]);

    await page.getByRole("button", { name: /^Disable localhost/ }).click();
    await expect(row).toContainText("Disabled");
    const test = page.getByRole("button", { name: /^Send test to localhost/ });
    await expect(test).toHaveAttribute("aria-disabled", "true");
    await expect(test).toHaveAccessibleDescription("This webhook is disabled. Enable it first.");
    await page.getByRole("button", { name: /^Enable localhost/ }).click();
    await expect(row).toContainText("Enabled");

    await page.getByRole("button", { name: /^Renew secret of localhost/ }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Renew secret" }).click();
    const renewed = await dialog.getByLabel("Secret").inputValue();
    await dialog.getByRole("button", { name: "Done" }).click();
    expect(renewed).not.toBe(secret);
    await test.click();
    await expect(deliveries).toHaveCount(4);
    await expect(deliveries.nth(1)).toContainText("Delivered");
    expect(receiver.received.slice(-1).map((message) => isSigned(message, renewed))).toEqual([true]);

    await page.getByRole("button", { name: /^Delete localhost/ }).click();
    await page.getByRole("alertdialog", { name: "Delete webhook" }).getByRole("button", { name: "Delete" }).click();
    await expect(page.getByText("No webhooks yet")).toBeVisible();
    await expect(page.getByRole("heading", { name: "Notifications", level: 1 })).toBeFocused();
    for (const told of [secret, renewed]) expect(server.output()).not.toContain(told);
  } finally {
    // The page fetches ahead what its links lead to, and would miss the server.
    await page.close();
    await server.stop();
    await database.drop();
    await receiver.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

test("an address that is not called is refused in words beside its field, and nothing is kept", async ({
  enter,
  accountId,
}) => {
  const { page, person } = await enter("admin");
  await page.goto("/settings/notifications");
  const { add, dialog, row } = screenOf(page);
  await add.click();
  const field = dialog.getByLabel("Address");
  const refusals = [
    ["", /^Enter an address like https:/],
    ["hooks.example.test", /^Enter an address like https:/],
    ["http://hooks.example.test/", /^Only https addresses are called/],
    ["https://user:word@hooks.example.test/", /^Leave out user name and password/],
    ["https://127.0.0.1:8443/", /is a loopback address/],
    ["https://169.254.169.254/latest/", /is a link-local address/],
  ] as const;
  for (const [typed, words] of refusals) {
    await field.fill(typed);
    await dialog.getByRole("button", { name: "Add webhook" }).click();
    await expect(field).toHaveAccessibleDescription(words);
    await expect(field).toBeFocused();
    await expect(field).toHaveValue(typed);
  }
  expect(await sql()`select from webhooks where account_id = ${accountId}`).toHaveLength(0);
  await field.fill("https://hooks.example.test/token-in-the-path");
  await dialog.getByRole("button", { name: "Add webhook" }).click();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(row).toContainText(`by ${person.email}`);
  await addBy(page, "https://HOOKS.example.test/token-in-the-path");
  await expect(field).toHaveAccessibleDescription("There is a webhook for this address already.");
  const events = await sql()<{ details: unknown }[]>`
    select details from audit_events where account_id = ${accountId} and action = 'webhook.added'`;
  expect(events).toEqual([{ details: { host: "hooks.example.test" } }]);
});

test("the log has pages, newest first", async ({ enter, accountId }) => {
  const webhookId = await addWebhook(accountId);
  for (let index = 0; index < 22; index += 1) await addDelivery(accountId, webhookId, { status: "delivered" });
  await addDelivery(accountId, webhookId, { event: "cleanup.held" });
  const { page } = await enter("admin");
  await page.goto("/settings/notifications");
  const { deliveries } = screenOf(page);
  await expect(deliveries).toHaveCount(21);
  const event = deliveries.nth(1).getByRole("link", { name: "Cleanup run held" });
  await expect(event).toHaveAttribute("href", /^\/settings\/cleanup\/runs\/[0-9a-f-]{36}$/);
  await page.getByRole("link", { name: "Next" }).click();
  await expect(deliveries).toHaveCount(4);
  await page.getByRole("link", { name: "Previous" }).click();
  await expect(event).toBeVisible();
});

for (const role of ["viewer", "member"] as const) {
  test(`a ${role} is told who can open the screen`, async ({ enter, consoles }) => {
    consoles.expect(/403/);
    const { page } = await enter(role);
    await page.goto("/settings/notifications");
    await expect(page.getByRole("heading", { name: "You cannot open this page" })).toBeVisible();
    await expect(page.getByRole("link", { name: "Notifications" })).toHaveCount(0);
  });
}

for (const width of [1280, 375, 320]) {
  test(`the screen and its dialogs are accessible at ${width} pixels, light and dark`, async ({ enter, accountId }) => {
    const { page } = await enter("admin", { viewport: { width, height: 800 }, reducedMotion: "reduce" });
    await page.goto("/settings/notifications");
    await expectAccessible(page, "empty");
    const url = "https://hooks.departments.example.test/a/rather/long/address/with-a-token-of-many-characters-in-it";
    const webhookId = await addWebhook(accountId, { url });
    const disabled = await addWebhook(accountId, { url: "https://chat.example.test/", enabled: false });
    const refused = "Its certificate comes from a CA that this server does not trust.";
    await addDelivery(accountId, disabled, { problems: [refused] });
    await addDelivery(accountId, webhookId, { event: "cleanup.failed", status: "delivered", problems: [null] });
    await addDelivery(accountId, webhookId, { event: "cleanup.held", status: "pending", problems: [refused] });
    await addDelivery(accountId, webhookId, { event: "cleanup.interrupted", problems: Array(8).fill(refused) });
    await page.goto("/settings/notifications");
    await page.getByText("8 attempts").click();
    await expectAccessible(page, "full");
    expect(await page.evaluate(scrollSideways)).toBe(0);
    const steps = [
      ["Add webhook", "add dialog"],
      ["Renew secret of chat.example.test", "renew dialog"],
      ["Delete chat.example.test", "delete dialog"],
    ] as const;
    for (const [button, where] of steps) {
      await page.getByRole("button", { name: button }).click();
      await expectAccessible(page, where);
      await page.keyboard.press("Escape");
    }
    await page.getByRole("button", { name: "Renew secret of chat.example.test" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Renew secret" }).click();
    await expect(page.getByRole("dialog", { name: "Keep this secret now" })).toBeVisible();
    await expectAccessible(page, "secret dialog");
  });
}

/** How far the page can be moved to the side. */
function scrollSideways(): number {
  window.scrollTo(10_000, 0);
  const moved = window.scrollX;
  window.scrollTo(0, 0);
  return moved;
}
