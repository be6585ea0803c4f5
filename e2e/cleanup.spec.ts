import { expect, type Page } from "@playwright/test";
import { sql } from "./database";
import { addCertificates, addDeployment, addSync } from "./inventory";
import { test } from "./test";

function screenOf(page: Page) {
  return {
    enable: page.getByRole("switch", { name: "Enable" }),
    days: page.getByRole("spinbutton", { name: "Days after expiration" }),
    skip: page.getByRole("switch", { name: "Skip certificates with active syncs" }),
    time: page.getByLabel("Daily at (UTC)"),
    save: page.getByRole("button", { name: "Save changes" }),
    lastRun: page.getByRole("region", { name: "Last run" }),
    runNow: page.getByRole("button", { name: "Run now" }),
  };
}

test("the settings begin with their defaults, are saved, survive a reload and are audited", async ({
  enter,
  accountId,
}) => {
  const { page, person } = await enter("admin");
  await page.goto("/");
  await page.getByRole("link", { name: "Certificate Cleanup" }).click();
  await expect(page.getByRole("heading", { name: "Certificate Cleanup", level: 1 })).toBeVisible();
  const { enable, days, skip, time, save, lastRun } = screenOf(page);
  await expect(enable).not.toBeChecked();
  await expect(days).toHaveValue("30");
  await expect(skip).toBeChecked();
  await expect(time).toHaveValue("02:00");
  await expect(save).toHaveAttribute("aria-disabled", "true");
  await expect(lastRun).toContainText("Never run yet");

  await enable.click();
  await days.fill("7");
  await skip.click();
  await time.fill("03:15");
  await save.click();
  await expect(page.getByRole("region", { name: "Notifications" })).toContainText("Saved.");
  await expect(save).toHaveAttribute("aria-disabled", "true");
  await page.reload();
  await expect(enable).toBeChecked();
  await expect(days).toHaveValue("7");
  await expect(skip).not.toBeChecked();
  await expect(time).toHaveValue("03:15");
  await expect(page.getByText("Runs daily at 03:15 UTC.")).toBeVisible();

  const events = await sql()<{ actor_label: string; details: unknown }[]>`
    select actor_label, details from audit_events
    where account_id = ${accountId} and action = 'cleanup.settings_changed'`;
  expect(events).toHaveLength(1);
  expect(events[0]?.actor_label).toBe(person.email);
  expect(JSON.stringify(events[0]?.details)).toMatch(/30.*7|7.*30/);
});

test("values that are not allowed are refused beside their field, and nothing is saved", async ({
  enter,
  accountId,
}) => {
  const { page } = await enter("admin");
  await page.goto("/settings/cleanup");
  const { days, save } = screenOf(page);
  for (const bad of ["0", "31", "-1", "", "1.5"]) {
    await days.fill(bad);
    await save.click();
    await expect(days).toHaveAttribute("aria-invalid", "true");
    await expect(days).toHaveAccessibleDescription(/Enter a whole number from 1 to 30\./);
    await expect(days).toBeFocused();
  }
  for (const good of ["1", "30"]) {
    await days.fill(good);
    await expect(days).not.toHaveAttribute("aria-invalid");
  }
  expect(await sql()`select from cleanup_settings where account_id = ${accountId}`).toHaveLength(0);
});

test("a run removes what is eligible, keeps the rest, and says so", async ({ enter, accountId }) => {
  const [, , deployed, synced] = await addCertificates(accountId, [
    { name: "long.example.test", expiresIn: -31 },
    { name: "recent.example.test", expiresIn: -29 },
    { name: "deployed.example.test", expiresIn: -50 },
    { name: "synced.example.test", expiresIn: -50 },
    { name: "revoked.example.test", expiresIn: 50, revoked: true },
    { name: "valid.example.test", expiresIn: 50 },
  ]);
  await addDeployment(accountId, deployed?.id ?? "");
  await addSync(accountId, synced?.id ?? "", "Cloud one");
  const { page, person } = await enter("admin");
  await page.goto("/settings/cleanup");
  await expect(page.getByText("1 certificate would be removed tonight")).toBeVisible();
  const { runNow, lastRun } = screenOf(page);
  await runNow.click();
  const dialog = page.getByRole("alertdialog", { name: "Run cleanup now" });
  await expect(dialog).toContainText("1 certificate");
  await dialog.getByRole("button", { name: "Start run" }).click();
  await expect(lastRun).toContainText("Succeeded", { timeout: 20_000 });
  const fact = (term: string) => lastRun.getByRole("definition").nth(FACTS.indexOf(term));
  await expect(fact("Certificates Removed")).toHaveText(/^1/);
  await expect(fact("Skipped")).toContainText("2");
  await expect(fact("Last Run")).toContainText("UTC");

  const left = await sql()<
    { name: string }[]
  >`select name from certificates where account_id = ${accountId} order by 1`;
  expect(left.map(({ name }) => name)).toEqual([
    "deployed.example.test",
    "recent.example.test",
    "revoked.example.test",
    "synced.example.test",
    "valid.example.test",
  ]);
  await page.goto("/removals");
  const row = page.getByRole("table", { name: "Removals" }).getByRole("row").last();
  await expect(row).toContainText("long.example.test");
  await expect(row).toContainText("cleanup takes what expired more than 30 days ago");
  expect(person.email).toContain("@");
});

const FACTS = ["Status", "Last Run", "Certificates Removed", "Skipped", "Failed", "Duration"];

test("the nightly run comes by itself at its minute", async ({ enter, accountId }) => {
  test.setTimeout(150_000);
  await addCertificates(accountId, [{ name: "night.example.test", expiresIn: -10 }]);
  const { page } = await enter("admin");
  await page.goto("/settings/cleanup");
  const { enable, days, time, save, lastRun } = screenOf(page);
  const next = new Date(Date.now() + 65_000);
  await enable.click();
  await days.fill("9");
  await time.fill(next.toISOString().slice(11, 16));
  await save.click();
  await expect(page.getByRole("region", { name: "Notifications" })).toContainText("Saved.");
  await expect(lastRun).toContainText("Succeeded", { timeout: 130_000 });
  const [run] = await sql()<{ trigger: string; removed: number; retention_days: number }[]>`
    select trigger, removed, retention_days from cleanup_runs where account_id = ${accountId}`;
  expect(run).toEqual({ trigger: "schedule", removed: 1, retention_days: 9 });
});

test("leaving with unsaved changes asks first", async ({ enter }) => {
  const { page } = await enter("admin");
  await page.goto("/settings/cleanup");
  const { days } = screenOf(page);
  await days.fill("12");
  await page.getByRole("link", { name: "Removals" }).click();
  const dialog = page.getByRole("alertdialog", { name: "Leave without saving?" });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(days).toHaveValue("12");
  await page.getByRole("link", { name: "Removals" }).click();
  await dialog.getByRole("button", { name: "Leave without saving" }).click();
  await expect(page.getByRole("heading", { name: "Removals", level: 1 })).toBeVisible();
});
