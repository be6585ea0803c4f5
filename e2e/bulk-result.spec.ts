import { expect, type Page } from "@playwright/test";
import { expectAccessible } from "./axe";
import { bulkOf, confirmBulk } from "./bulk-screen";
import { sql } from "./database";
import { addCertificates } from "./inventory";
import { addNumbered, copyName, countsOf, withTrigger } from "./many-certificates";
import { makeAccount, makePerson, signInBrowser } from "./people";
import { test } from "./test";

test("a page, then all that match beyond it, go as a job and leave a result with lists", async ({
  enter,
  accountId,
}) => {
  await addNumbered(accountId, 250);
  const { page, person } = await enter("member");
  await page.goto("/?status=expired");
  const { bar, box, boxes, pageBox, all, dialog, outcomes, outcomeTable, progress } = bulkOf(page);
  await pageBox.check();
  await expect(bar).toContainText("50 selected");
  await all.click();
  await expect(bar).toContainText("All 250 that match selected");
  await expect(boxes.and(page.getByRole("checkbox", { checked: true }))).toHaveCount(51);
  await box(copyName(7)).uncheck();
  await expect(bar).toContainText("49 selected");
  await all.click();
  await confirmBulk(page, "250 certificates");
  await expect(dialog).toBeHidden();
  await expect(page.getByText("250 certificates were deleted.").first()).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("No certificate matches")).toBeVisible();
  expect(await countsOf(accountId)).toEqual({ certificates: 1, removals: 250 });

  await page.getByRole("link", { name: "Show result" }).click();
  await expect(page.getByRole("heading", { name: "Bulk deletion", level: 1 })).toBeVisible();
  await expect(progress).toContainText("Succeeded");
  await expect(progress).toContainText(person.email);
  await expect(progress).toContainText("All that match: expired");
  await expect(outcomes.getByRole("link", { name: "Removed 250" })).toHaveAttribute("aria-current", "true");
  await expect(outcomeTable.getByRole("link")).toHaveCount(50);
  await page.getByRole("link", { name: "Next", exact: true }).click();
  await expect(outcomeTable.getByRole("link").first()).toHaveText(copyName(51));
  await page.getByRole("link", { name: "First page" }).click();
  await outcomeTable.getByRole("link", { name: copyName(1) }).click();
  await expect(page.getByRole("region", { name: "Removal", exact: true })).toContainText(person.email);

  await page.getByRole("link", { name: "What else was deleted with it" }).click();
  await expect(outcomes.getByRole("link", { name: "Removed 250" })).toBeVisible();

  await page.goto("/removals");
  await page.getByRole("link", { name: "Bulk deletions" }).click();
  const row = page.getByRole("table", { name: "Bulk deletions" }).getByRole("row").nth(1);
  await expect(row).toContainText("250");
  await expect(row).toContainText("Succeeded");
  await row.getByRole("link").click();
  await expect(page.getByRole("heading", { name: "Bulk deletion", level: 1 })).toBeVisible();
});

test("the list is asked for anew though the job had ended before it was first looked at", async ({
  enter,
  accountId,
}) => {
  await addNumbered(accountId, 150);
  const { page } = await enter("member");
  let look = () => {};
  const mayLook = new Promise<void>((resolve) => (look = resolve));
  await page.route(/\/api\/removals\/bulk\//, async (route) => {
    await mayLook;
    await route.continue();
  });
  await withTrigger({ accountId, name: copyName(100), does: "wait" }, async (letThrough) => {
    await page.goto("/?status=expired");
    const { pageBox, all, box } = bulkOf(page);
    await pageBox.check();
    await all.click();
    const asked = page.waitForResponse(/\/api\/certificates\?/);
    await confirmBulk(page, "150 certificates");
    await asked;
    await expect(box(copyName(1))).toBeVisible();
    await letThrough();
    await expect.poll(() => countsOf(accountId)).toEqual({ certificates: 1, removals: 150 });
    await expect.poll(() => areAllEnded(accountId)).toBe(true);
  });
  look();
  await expect(page.getByText("No certificate matches")).toBeVisible();
});

async function areAllEnded(accountId: string): Promise<boolean> {
  const open = await sql()`select from bulk_deletions where account_id = ${accountId} and finished_at is null`;
  return open.length === 0;
}

test("progress survives a reload, is seen by others, and can be stopped", async ({ enter, accountId }) => {
  await addNumbered(accountId, 600);
  const { page, person } = await enter("member");
  const viewer = await enter("viewer");
  await withTrigger({ accountId, name: copyName(300), does: "wait" }, async (letThrough) => {
    await page.goto("/?status=expired");
    const { pageBox, all, progress } = bulkOf(page);
    await pageBox.check();
    await all.click();
    await confirmBulk(page, "600 certificates");
    const barOf = (tab: Page) => tab.getByRole("progressbar", { name: "Deleting certificates" });
    await expect(barOf(page)).toHaveAttribute("aria-valuetext", "250 of 600 certificates");
    await page.reload();
    await expect(barOf(page)).toHaveAttribute("aria-valuetext", "250 of 600 certificates");
    await viewer.page.goto("/");
    await expect(barOf(viewer.page)).toHaveAttribute("aria-valuetext", "250 of 600 certificates");
    await viewer.page.getByRole("link", { name: "Show progress" }).click();
    await expect(viewer.page.getByRole("heading", { name: "Bulk deletion", level: 1 })).toBeVisible();
    await expect(barOf(viewer.page)).toBeVisible();
    await expect(viewer.page.getByRole("button", { name: "Stop" })).toHaveCount(0);

    await page.getByRole("link", { name: "Show progress" }).click();
    await expect(progress).toContainText("Running");
    await expectAccessible(page, "a bulk deletion that is running");
    await progress.getByRole("button", { name: "Stop" }).click();
    // Asking does not wait for the certificates at hand; the server says so when it has the request.
    await expect(progress).toContainText("Stopping after the certificates at hand");
    await letThrough();
    await expect(progress).toContainText("Stopped");
    await expect(progress).toContainText(`by ${person.email}`);
  });
  const { certificates, removals } = await countsOf(accountId);
  expect({ certificates, removals }).toEqual({ certificates: 101, removals: 500 });
  await expect(bulkOf(page).outcomes.getByRole("link", { name: "Removed 500" })).toBeVisible();
});

test("a certificate that the database refuses to delete fails alone, with its words, and is tried again alone", async ({
  enter,
  accountId,
}) => {
  const names = ["a.example.test", "b.example.test", "c.example.test"];
  await addCertificates(
    accountId,
    names.map((name, position) => ({ name, expiresIn: position - 40 })),
  );
  const { page } = await enter("member");
  await page.goto("/");
  const { pageBox, progress, outcomes, outcomeTable } = bulkOf(page);
  await withTrigger({ accountId, name: "b.example.test", does: { raise: "kept for the auditors" } }, async (lift) => {
    await pageBox.check();
    await confirmBulk(page, "3 certificates");
    await expect(page.getByText("2 certificates were deleted. 1 failed.").first()).toBeVisible();
    await page.getByRole("link", { name: "Show result" }).click();
    await expect(progress).toContainText("Succeeded with errors");
    await expect(outcomes.getByRole("link", { name: "Failed 1" })).toHaveAttribute("aria-current", "true");
    await expect(outcomeTable.getByRole("row").nth(1)).toContainText("kept for the auditors");
    await lift();
  });
  await page.getByRole("button", { name: "Retry 1 certificate" }).click();
  await expect(progress.getByRole("link", { name: "an earlier bulk deletion" })).toBeVisible();
  await expect(outcomes.getByRole("link", { name: "Removed 1" })).toBeVisible();
  await expect(outcomeTable.getByRole("link")).toHaveText(["b.example.test"]);
  expect(await countsOf(accountId)).toEqual({ certificates: 0, removals: 3 });
});

test("a bulk deletion of another account is as unknown as one that never was", async ({
  enter,
  openBrowser,
  accountId,
  consoles,
}) => {
  consoles.expect(/404/);
  await addCertificates(accountId, [{ name: "a.example.test", expiresIn: -60 }]);
  const { page } = await enter("member");
  await page.goto("/");
  await bulkOf(page).pageBox.check();
  await confirmBulk(page, "1 certificate");
  await expect(page.getByText("1 certificate was deleted.").first()).toBeVisible();
  await page.getByRole("link", { name: "Show result" }).click();
  await expect(page.getByRole("heading", { name: "Bulk deletion", level: 1 })).toBeVisible();

  const stranger = await makePerson(await makeAccount(), "admin", "stranger");
  const context = await openBrowser();
  await signInBrowser(context, stranger.email);
  const other = await context.newPage();
  for (const id of [page.url().split("/").at(-1), "00000000-0000-4000-8000-000000000000", "nonsense"]) {
    await other.goto(`/removals/bulk/${id}`);
    await expect(other.getByRole("heading", { name: "There is no such bulk deletion" })).toBeVisible();
  }
});
