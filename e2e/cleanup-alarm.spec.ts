import { expect, type Page } from "@playwright/test";
import { newId } from "@/lib/ids";
import { sql } from "./database";
import { makeAccount, makePerson, signInBrowser } from "./people";
import { test } from "./test";

const banner = (page: Page) => page.getByRole("region", { name: "Cleanup notice" });

async function addEndedRun(accountId: string, status: string, minutesAgo: number): Promise<string> {
  const id = newId();
  await sql()`
    insert into cleanup_runs (account_id, id, trigger, started_by_label, retention_days, skip_synced, cutoff, status,
      started_at, heartbeat_at, finished_at, error)
    values (${accountId}, ${id}, 'person', 'somebody@example.test', 30, true, now(), ${status},
      now() - ${minutesAgo} * interval '1 minute', now(), now() - ${minutesAgo} * interval '1 minute', 'It broke.')`;
  return id;
}

test("a run that failed is told to product admins on every screen, until one dismisses it", async ({
  enter,
  accountId,
  consoles,
}) => {
  consoles.expect(/404/);
  const runId = await addEndedRun(accountId, "failed", 5);
  const { page } = await enter("admin");
  for (const address of ["/", "/removals", "/settings/members", "/settings/cleanup", "/certificates/upload"]) {
    await page.goto(address);
    await expect(banner(page)).toContainText("The last cleanup run failed.");
  }
  for (const role of ["viewer", "member"] as const) {
    const other = await enter(role);
    await other.page.goto("/");
    await expect(other.page.getByRole("heading", { name: "Overview" })).toBeVisible();
    await expect(banner(other.page)).toBeHidden();
  }
  await banner(page).getByRole("link", { name: "Show the run" }).click();
  await expect(page.getByRole("region", { name: "Run", exact: true })).toContainText("It broke.");
  await banner(page).getByRole("button", { name: "Dismiss" }).click();
  await expect(banner(page)).toBeHidden();
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await expect(page.getByRole("region", { name: "Run", exact: true })).toContainText("Seen by");
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
  await expect(banner(page)).toBeHidden();

  await page.goto(`/settings/cleanup/runs/${newId()}`);
  await expect(page.getByRole("heading", { name: "There is no such run" })).toBeVisible();
  await addEndedRun(accountId, "interrupted", 1);
  await page.goto(`/settings/cleanup/runs/${runId}`);
  await expect(banner(page)).toContainText("The last cleanup run was interrupted.");
});

test("the pages of runs are for product admins of the account; another account's runs do not exist", async ({
  enter,
  openBrowser,
  accountId,
  consoles,
}) => {
  consoles.expect(/40[34]/);
  const runId = await addEndedRun(accountId, "succeeded", 5);
  for (const role of ["viewer", "member"] as const) {
    const { page } = await enter(role);
    for (const address of ["/settings/cleanup/runs", `/settings/cleanup/runs/${runId}`]) {
      expect((await page.goto(address))?.status(), `${role} at ${address}`).toBe(403);
      await expect(page.getByRole("heading", { name: "You cannot open this page" })).toBeVisible();
    }
  }
  const stranger = await openBrowser();
  await signInBrowser(stranger, (await makePerson(await makeAccount(), "admin")).email);
  const page = await stranger.newPage();
  for (const id of [runId, newId(), "1"]) {
    expect((await page.goto(`/settings/cleanup/runs/${id}`))?.status()).toBe(404);
    await expect(page.getByRole("heading", { name: "There is no such run" })).toBeVisible();
  }
  await page.goto("/settings/cleanup/runs");
  await expect(page.getByText("Never run yet")).toBeVisible();
});
