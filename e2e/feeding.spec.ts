import { expect } from "@playwright/test";
import { makeToken } from "./cloudflare-client";
import { createEmptyDatabase, setting, sql } from "./database";
import { addDeployment } from "./inventory";
import { PASSWORD } from "./people";
import { startServer } from "./server";
import { fillSignIn } from "./sign-in-screen";
import { test } from "./test";
import { makeIdentity } from "./tls-peer";
import { fileOf, screenOf } from "./upload-screen";

const EMAIL = "admin@example.test";

test("one Certsweep feeds another: a copy is pushed, kept while it is in use there, and removed before the original", async ({
  page,
  accountId,
}) => {
  test.setTimeout(180_000);
  const database = await createEmptyDatabase(setting("E2E_ADMIN_URL"));
  // The one that feeds; the server under test is fed.
  const server = await startServer(database.url, {
    CERTSWEEP_PROBE_NETWORKS: "public,private,loopback",
    CERTSWEEP_ADMIN_EMAIL: EMAIL,
    CERTSWEEP_ADMIN_PASSWORD: PASSWORD,
  });
  const copies = () => sql()<{ id: string }[]>`select id from certificates where account_id = ${accountId}`;
  try {
    await page.goto(`${server.url}/sign-in`);
    await fillSignIn(page, EMAIL, PASSWORD);
    await page.getByRole("link", { name: "Destinations" }).click();
    await page.getByRole("button", { name: "Add destination" }).click();
    const dialog = page.getByRole("dialog", { name: "Add destination" });
    await dialog.getByLabel("Kind").selectOption("Cloudflare mTLS certificates");
    await dialog.getByLabel("Name").fill("The other one");
    await dialog.getByLabel("Account ID").fill(accountId);
    await dialog.getByLabel("Base URL").fill(`${setting("E2E_URL")}/client/v4`);
    await dialog.getByLabel("API token").fill(await makeToken(accountId, "member"));
    await dialog.getByRole("button", { name: "Add destination" }).click();
    await expect(dialog).toBeHidden();
    await page.getByRole("button", { name: "Test The other one" }).click();
    const answer = page.getByRole("dialog", { name: "Test" });
    await expect(answer.getByRole("listitem")).toHaveText([/^Fine: List/, /^Fine: Put/, /^Fine: Delete/], {
      // Another server is asked three things, over a connection of its own each.
      timeout: 60_000,
    });
    await answer.getByRole("button", { name: "Close" }).click();
    expect(await copies()).toEqual([]);

    const { bundle, key } = await makeIdentity("fed.example.test");
    await page.getByRole("link", { name: "Overview" }).click();
    await page.getByRole("link", { name: "Upload certificates" }).first().click();
    const { files, upload, results } = screenOf(page);
    await files.setInputFiles([fileOf("both.pem", `${bundle}${key}`)]);
    await upload.click();
    await results.getByRole("link", { name: "fed.example.test" }).click();
    const use = page.getByRole("region", { name: "In use" });
    const item = use.getByRole("list", { name: "Syncs" }).getByRole("listitem");
    await use.getByRole("button", { name: "Add sync" }).click();
    await page.getByRole("dialog", { name: "Add sync" }).getByRole("button", { name: "Sync to The other one" }).click();
    await expect(item).toContainText("The other one Active");
    // The first look follows the push by itself; while it goes on another one is refused.
    await expect(item).toContainText("Last check");
    const [copy] = await copies();
    expect(copy).toBeDefined();

    await addDeployment(accountId, copy?.id ?? "", "Gateway");
    await page.getByRole("button", { name: "Check now at The other one" }).click();
    await expect(use.getByRole("list", { name: "Deployments" })).toContainText("Gateway");
    const ending = page.getByRole("alertdialog", { name: "Remove sync" });
    await page.getByRole("button", { name: "Remove sync to The other one" }).click();
    await ending.getByRole("button", { name: "Remove sync" }).click();
    await expect(item).toContainText("in use");
    expect(await copies()).toEqual([copy]);

    await sql()`delete from deployments where account_id = ${accountId}`;
    await page.getByRole("button", { name: "Remove sync to The other one" }).click();
    await ending.getByRole("button", { name: "Remove sync" }).click();
    await expect(item).toContainText("Removed");
    expect(await copies()).toEqual([]);
    await page.getByRole("button", { name: "Delete fed.example.test" }).click();
    const deletion = page.getByRole("alertdialog", { name: "Delete certificate" });
    await deletion.getByLabel("Type fed.example.test to confirm").fill("fed.example.test");
    await deletion.getByRole("button", { name: "Delete" }).click();
    await expect(page.getByRole("region", { name: "Notifications" })).toContainText("fed.example.test");
  } finally {
    // The page fetches ahead what its links lead to, and would miss the server.
    await page.close();
    await server.stop();
    await database.drop();
  }
});
