import { expect } from "@playwright/test";
import { createEmptyDatabase, setting } from "./database";
import { PASSWORD } from "./people";
import { startServer } from "./server";
import { test } from "./test";

const SETUP_LINK = /^Set up Certsweep: (\S+)$/m;

test("an empty database is set up with the link that the server prints", async ({ page }) => {
  test.setTimeout(120_000);
  const database = await createEmptyDatabase(setting("E2E_ADMIN_URL"));
  const server = await startServer(database.url);
  try {
    await page.goto(`${server.url}/`);
    await expect(page).toHaveURL(/\/sign-in/);
    await expect(page.getByText("Nobody can sign in yet.")).toBeVisible();

    await page.goto(`${server.url}/setup`);
    await expect(page.getByRole("textbox", { name: "Email" })).toHaveCount(0);

    const link = SETUP_LINK.exec(server.output())?.[1] ?? "";
    expect(link).toContain(`${server.url}/setup?token=`);
    await page.goto(link);
    await page.getByLabel("Email").fill("First.Admin@Example.test");
    await page.getByLabel("Password", { exact: true }).fill("short");
    await page.getByRole("button", { name: "Create product admin" }).click();
    await expect(page.getByRole("alert").filter({ hasText: "at least 12 characters" })).toBeVisible();

    await page.getByLabel("Email").fill("First.Admin@Example.test");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Create product admin" }).click();
    await expect(page.getByRole("heading", { name: "Overview", level: 1 })).toBeVisible();
    await expect(page.getByText("No certificates yet")).toBeVisible();
    await expect(page.getByRole("region", { name: "Signed in" })).toContainText("first.admin@example.test");
    await expect(page.getByRole("region", { name: "Signed in" })).toContainText("Product admin");

    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page).toHaveURL(/\/sign-in$/);
    await page.goto(link);
    await expect(page.getByText("Certsweep has its first product admin already.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Create product admin" })).toHaveCount(0);

    await page.goto(`${server.url}/sign-in`);
    await page.getByLabel("Email").fill("first.admin@example.test");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("heading", { name: "Overview", level: 1 })).toBeVisible();
  } finally {
    // The page fetches ahead what its links lead to, and would miss the server.
    await page.close();
    await server.stop();
    await database.drop();
  }
});
