import { expect, type Page } from "@playwright/test";
import { expectAccessible } from "./axe";
import { createEmptyDatabase, setting } from "./database";
import { PASSWORD } from "./people";
import { startServer } from "./server";
import { test } from "./test";
import { makeIdentity, startPeer } from "./tls-peer";

const NETWORKS = { CERTSWEEP_PROBE_NETWORKS: "public,private,loopback" };
const ADMIN = { CERTSWEEP_ADMIN_EMAIL: "admin@example.test", CERTSWEEP_ADMIN_PASSWORD: PASSWORD };

async function upload(page: Page, pem: string): Promise<void> {
  await page.getByRole("link", { name: "Upload certificates" }).first().click();
  await page.getByLabel("Certificate (PEM)").fill(pem);
  await page.getByRole("button", { name: "Upload", exact: true }).click();
  await page.getByRole("region", { name: "Upload results" }).getByRole("link").first().click();
  await expect(page.getByRole("region", { name: "In use" })).toBeVisible();
}

test("an endpoint is watched, renewed, taken into the inventory, and gone", async ({ page }) => {
  test.setTimeout(180_000);
  const shop = await makeIdentity("shop.example.test");
  const renewed = await makeIdentity("renewed.example.test");
  const peer = await startPeer({ identities: { shop } });
  const database = await createEmptyDatabase(setting("E2E_ADMIN_URL"));
  const server = await startServer(database.url, { ...NETWORKS, ...ADMIN });
  try {
    await page.goto(`${server.url}/sign-in`);
    await page.getByLabel("Email").fill(ADMIN.CERTSWEEP_ADMIN_EMAIL);
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await upload(page, shop.leaf.pem);
    const use = page.getByRole("region", { name: "In use" });
    const item = use.getByRole("listitem").first();

    await use.getByRole("button", { name: "Watch an endpoint" }).click();
    const dialog = page.getByRole("dialog", { name: "Watch an endpoint" });
    await expectAccessible(page, "the dialog to watch an endpoint");
    await dialog.getByLabel("Protocol").selectOption("PostgreSQL");
    await expect(dialog.getByLabel("Port")).toHaveValue("5432");
    await dialog.getByLabel("Protocol").selectOption("TLS");
    await expect(dialog.getByLabel("Port")).toHaveValue("443");
    await dialog.getByLabel("Host").fill("2130706433");
    await dialog.getByRole("button", { name: "Watch" }).click();
    await expect(dialog.getByText("Write an IPv4 address as four decimal numbers")).toBeVisible();
    await expect(dialog.getByLabel("Host")).toBeFocused();
    await dialog.getByLabel("Host").fill("127.0.0.1");
    await dialog.getByLabel("Port").fill(String(peer.port));
    await dialog.getByLabel("Service").fill("Shop");
    await dialog.getByRole("button", { name: "Watch" }).click();
    await expect(dialog).toBeHidden();
    await expect(item).toContainText(`Shop 127.0.0.1:${peer.port}`);
    await expect(item).toContainText("Serving");
    await expect(item).toContainText("It serves this certificate.");
    await expectAccessible(page, "an endpoint that serves");
    const remove = page.getByRole("button", { name: "Delete shop.example.test" });
    await expect(remove).toHaveAttribute("aria-disabled", "true");

    peer.show({ renewed });
    await use.getByRole("button", { name: "Check now" }).click();
    await expect(item).toContainText("Moved on");
    await expect(item).toContainText("It serves a certificate that is not in the inventory");
    await expect(use).toContainText("Nothing uses it any more: what did has moved on.");
    await expect(remove).not.toHaveAttribute("aria-disabled");
    await expectAccessible(page, "an endpoint that moved on");
    await item.getByRole("button", { name: /^Add to the inventory what 127.0.0.1/ }).click();
    await expect(item.getByRole("link", { name: "renewed.example.test" })).toBeVisible();
    const address = page.url();
    await item.getByRole("link", { name: "renewed.example.test" }).click();
    await expect(page.getByRole("heading", { name: "renewed.example.test", level: 1 })).toBeVisible();
    await expect(item).toContainText("Serving");
    await expect(page.getByRole("button", { name: "Delete renewed.example.test" })).toHaveAttribute(
      "aria-disabled",
      "true",
    );

    await page.goto(address);
    await peer.stop();
    await use.getByRole("button", { name: "Check now" }).click();
    await expect(item).toContainText("Unreachable");
    await expect(item).toContainText("Until it answers, the certificate stays.");
    await expect(remove).toHaveAttribute("aria-disabled", "true");
    await expectAccessible(page, "an endpoint that does not answer");
    await use.getByRole("button", { name: /^Remove Shop 127.0.0.1/ }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await expect(use).toContainText("No service is known to use it.");
    await expect(use.getByRole("button", { name: "Check now" })).toHaveCount(0);
  } finally {
    // The page fetches ahead what its links lead to, and would miss the server.
    await page.close();
    await server.stop();
    await database.drop();
    await peer.stop();
  }
});
