import { expect } from "@playwright/test";
import { createEmptyDatabase, setting } from "./database";
import { issueScreen } from "./issuing-screens";
import { findPebble, startPebble } from "./pebble";
import { PASSWORD } from "./people";
import { startServer } from "./server";
import { test } from "./test";

test("an ACME issuer is added with its CA bundle, and issues by http-01 what the product itself answers for", async ({
  page,
}) => {
  test.setTimeout(10 * 60_000);
  const { programs } = await findPebble();
  // biome-ignore lint/suspicious/noSkippedTests: there may be none on a developer's machine
  test.skip(programs === null, "Pebble could not be had, which has been said");
  if (programs === null) return;
  const database = await createEmptyDatabase(setting("E2E_ADMIN_URL"));
  const server = await startServer(database.url, {
    CERTSWEEP_PROBE_NETWORKS: "public,private,loopback",
    CERTSWEEP_ADMIN_EMAIL: "admin@example.test",
    CERTSWEEP_ADMIN_PASSWORD: PASSWORD,
  });
  // Every name is at this machine for it, and its port 80 is Certsweep's own.
  const ca = await startPebble(programs, {
    httpPort: Number(new URL(server.url).port),
    blockedDomains: ["blocked.example.test"],
  });
  try {
    await page.goto(`${server.url}/sign-in`);
    await page.getByLabel("Email").fill("admin@example.test");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("link", { name: "Issuers" }).click();
    await page.getByRole("button", { name: "Add ACME issuer" }).click();
    const dialog = page.getByRole("dialog", { name: "Add ACME issuer" });
    await dialog.getByLabel("Name", { exact: true }).fill("Test CA");
    await dialog.getByLabel("Directory URL").fill(ca.directoryUrl);
    await dialog.getByLabel("Contact").fill("pki@example.test");
    const add = dialog.getByRole("button", { name: "Add issuer" });
    await add.click();
    await expect(dialog.getByText(/a CA that this server does not trust/)).toBeVisible({ timeout: 60_000 });
    await dialog.getByLabel("CA bundle (PEM)").fill(ca.caBundle);
    await add.click();
    await expect(dialog).toBeHidden({ timeout: 60_000 });
    await page.getByRole("table", { name: "Issuers" }).getByRole("link", { name: "Test CA" }).click();
    const details = page.getByRole("region", { name: "Details" });
    await expect(details).toContainText(ca.directoryUrl);
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByRole("dialog").getByLabel("Contact").fill("other@example.test");
    await page.getByRole("button", { name: "Save changes" }).click();
    await expect(details).toContainText("other@example.test");

    await page.goto(`${server.url}/certificates/issue`);
    const { names, issue, days, challenge } = issueScreen(page);
    await expect(days).toBeHidden();
    await expect(challenge).toHaveValue("http-01");
    await names.fill("*.example.test");
    await issue.click();
    await expect(challenge).toHaveAttribute("aria-invalid", "true");
    await names.fill("www.example.test, api.example.test");
    await issue.click();
    await expect(page.getByRole("heading", { name: "www.example.test and 1 more", level: 1 })).toBeVisible();
    await expect(page.getByRole("link", { name: "Show certificate" })).toBeVisible({ timeout: 120_000 });
    await page.reload();
    await expect(details).toContainText("Issued");
    await expect(page.getByText("Pending", { exact: true })).toBeHidden();
    await page.getByRole("link", { name: "Show certificate", exact: true }).click();
    await expect(page.getByRole("heading", { name: "www.example.test", level: 1 })).toBeVisible();
    const issuance = page.getByRole("region", { name: "Issuance" });
    await expect(issuance).toContainText("Test CA");
    await expect(issuance).toContainText("Kept here, encrypted");

    await page.goto(`${server.url}/certificates/issue`);
    await names.fill("blocked.example.test");
    await issue.click();
    await expect(page.getByText("The order failed")).toBeVisible({ timeout: 120_000 });
    await expect(page.getByRole("button", { name: "Retry" })).toBeVisible();
  } finally {
    // The page fetches ahead what its links lead to, and would miss the server.
    await page.goto("about:blank");
    await ca.stop();
    await server.stop();
    await database.drop();
  }
});
