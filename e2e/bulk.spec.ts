import { expect } from "@playwright/test";
import { expectAccessible } from "./axe";
import { bulkOf } from "./bulk-screen";
import { addCertificates, addDeployment, addSync } from "./inventory";
import { addNumbered, copyName, countsOf } from "./many-certificates";
import { expectNames, overviewOf } from "./overview-screen";
import { test } from "./test";

test("rows of several pages, one by one and as a range, are deleted at once", async ({ enter, accountId }) => {
  await addNumbered(accountId, 60);
  const { page } = await enter("member");
  await page.goto("/?status=expired");
  const { bar, box, pageBox, ask, dialog, word, confirm, cancel, heading } = bulkOf(page);
  await expect(bar).toHaveCount(0);

  await box(copyName(2)).click();
  await box(copyName(5)).click({ modifiers: ["Shift"] });
  await expect(bar).toContainText("4 selected");
  await expect(box(copyName(3))).toBeChecked();
  expect(await page.evaluate(() => String(getSelection())), "text that was marked along").toBe("");
  await expect(pageBox).toHaveJSProperty("indeterminate", true);
  await box(copyName(2)).focus();
  await page.keyboard.press("ArrowDown");
  await expect(box(copyName(3))).toBeFocused();
  await page.keyboard.press("Space");
  await expect(bar).toContainText("3 selected");
  await page.keyboard.press("Escape");
  await expect(bar).toContainText("3 selected");

  await page.getByRole("link", { name: "Next" }).click();
  await box(copyName(60)).click();
  await expect(bar).toContainText("4 selected");
  await expect(page.getByRole("status").filter({ hasText: "4 selected" })).toHaveCount(1);
  await page.getByRole("link", { name: "Previous" }).click();
  await expect(box(copyName(5))).toBeChecked();
  await expect(box(copyName(3))).not.toBeChecked();

  await box(copyName(5)).focus();
  await page.keyboard.press("Delete");
  await expect(cancel).toBeFocused();
  await expect(dialog).toContainText("4 certificates will be deleted for good.");
  await expect(confirm).toHaveAttribute("aria-disabled", "true");
  await expect(confirm).toHaveAccessibleDescription("Type delete first.");
  await word.fill("delet");
  await word.press("Enter");
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(bar).toContainText("4 selected");
  expect(await countsOf(accountId)).toEqual({ certificates: 61, removals: 0 });

  await ask.click();
  await word.fill("Delete");
  await word.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(page.getByText("4 certificates were deleted.").first()).toBeVisible();
  await expect(heading).toBeFocused();
  await expect(bar).toHaveCount(0);
  await expect(box(copyName(1))).toBeVisible();
  for (const number of [2, 4, 5]) await expect(box(copyName(number))).toHaveCount(0);
  expect(await countsOf(accountId)).toEqual({ certificates: 57, removals: 4 });
  await page.getByRole("button", { name: "Dismiss" }).first().click();
  await expect(page.getByRole("link", { name: "Show result" })).toHaveCount(0);
});

test("what cannot go is counted by its reason beforehand, and judged again afterwards", async ({
  enter,
  accountId,
}) => {
  const [deployed, synced, , late] = await addCertificates(accountId, [
    { name: "deployed.example.test", expiresIn: -60 },
    { name: "synced.example.test", expiresIn: -50 },
    { name: "issued.example.test", expiresIn: 60, issued: true },
    { name: "late.example.test", expiresIn: -30 },
    { name: "expired.example.test", expiresIn: -20 },
    { name: "live.example.test", expiresIn: 200 },
  ]);
  await addDeployment(accountId, deployed?.id ?? "", "Front door");
  await addSync(accountId, synced?.id ?? "", "Cloud one");
  const { page } = await enter("member");
  await page.goto("/");
  const { bar, box, pageBox, ask, clear, dialog, word, confirm, cancel, outcomes, outcomeTable } = bulkOf(page);

  await expect(box("deployed.example.test")).toHaveAccessibleDescription(/it would stay\. In use by Front door/);
  await box("deployed.example.test").check();
  await box("issued.example.test").check();
  await ask.click();
  await expect(dialog).toContainText("None of the 2 certificates selected can be deleted now.");
  await expect(confirm).toHaveAccessibleDescription("None of them can be deleted now.");
  await expect(word).toHaveCount(0);
  await expect(dialog.getByRole("link", { name: "issued.example.test" })).toHaveAttribute("href", /#details$/);
  await cancel.click();
  await clear.click();
  await expect(bar).toHaveCount(0);
  await expect(pageBox).toBeFocused();

  await pageBox.check();
  await expect(bar).toContainText("6 selected · 3 cannot be deleted: 1 issued and still valid, 1 deployed, 1 synced");
  await expect(ask).toHaveText("Delete 3 certificates…");
  await expectAccessible(page, "the bar of a selection");
  await ask.click();
  await expect(dialog).toContainText("3 certificates stay:");
  await expect(dialog).toContainText("1 of them is uploaded and still valid.");
  await expect(word).toHaveAccessibleName("Type delete to delete 3 certificates for good.");
  await expectAccessible(page, "the dialog of a bulk deletion");
  await addDeployment(accountId, late?.id ?? "", "Mail relay");
  await word.fill("delete");
  await confirm.click();
  await expect(dialog).toBeHidden();
  await expect(
    page.getByText("2 certificates were deleted. 4 skipped: 1 still valid, 2 deployed, 1 synced.").first(),
  ).toBeVisible();
  await expectNames(page, ["deployed.example.test", "synced.example.test", "late.example.test", "issued.example.test"]);

  await page.getByRole("link", { name: "Show result" }).click();
  await outcomes.getByRole("link", { name: "Deployed 2" }).click();
  await expect(outcomeTable.getByRole("link")).toHaveText(["deployed.example.test", "late.example.test"]);
  await expectAccessible(page, "the result of a bulk deletion");
  await outcomeTable.getByRole("link", { name: "late.example.test" }).click();
  await expect(page.getByRole("region", { name: "In use" })).toContainText("Mail relay");
});

test("all that match tells what stays, and leads to the list of what may go", async ({ enter, accountId }) => {
  const [deployed] = await addCertificates(accountId, [
    { name: "deployed.example.test", expiresIn: -60 },
    { name: "one.example.test", expiresIn: -50 },
    { name: "two.example.test", expiresIn: -40 },
  ]);
  await addDeployment(accountId, deployed?.id ?? "", "Front door");
  await addNumbered(accountId, 51);
  const { page } = await enter("member");
  await page.goto("/?q=example");
  const { bar, pageBox, all, ask, dialog } = bulkOf(page);
  await pageBox.check();
  await all.click();
  await expect(bar).toContainText("All 55 that match selected · 1 cannot be deleted: 1 deployed");
  await ask.click();
  await expect(dialog).toContainText("54 certificates will be deleted for good.");
  await dialog.getByRole("link", { name: "Show only what may be deleted" }).click();
  await expect(page).toHaveURL(/deletable=yes/);
  await expect(dialog).toBeHidden();
  await expect(bar).toHaveCount(0);
  await expect(overviewOf(page).row("deployed.example.test")).toHaveCount(0);
});

test("the selection ends with its filter, and stays through another order and a look at a certificate", async ({
  enter,
  accountId,
}) => {
  await addCertificates(accountId, [
    { name: "a.example.test", expiresIn: -60 },
    { name: "b.example.test", expiresIn: -50 },
  ]);
  const { page } = await enter("member");
  await page.goto("/");
  const { bar, box } = bulkOf(page);
  await box("a.example.test").check();
  await page.getByRole("combobox", { name: "Sort" }).selectOption("-name");
  await expectNames(page, ["b.example.test", "a.example.test"]);
  await expect(bar).toContainText("1 selected");
  await overviewOf(page).link("b.example.test").click();
  await expect(page.getByRole("heading", { name: "b.example.test", level: 1 })).toBeVisible();
  await page.goBack();
  await expect(bar).toContainText("1 selected");
  await expect(box("a.example.test")).toBeChecked();
  await overviewOf(page).status.selectOption("expired");
  await expect(bar).toHaveCount(0);
  await expect(page.getByRole("status").filter({ hasText: "Nothing is selected." })).toHaveCount(1);
  await expect(box("a.example.test")).not.toBeChecked();
});

test("a viewer selects nothing", async ({ enter, accountId }) => {
  await addCertificates(accountId, [{ name: "a.example.test", expiresIn: -60 }]);
  const { page } = await enter("viewer");
  await page.goto("/");
  await expectNames(page, ["a.example.test"]);
  await expect(page.getByRole("checkbox")).toHaveCount(0);
  await page.goto("/removals/bulk");
  await expect(page.getByText("No bulk deletion yet")).toBeVisible();
});

test("selecting and deleting several fits a screen of 320 pixels", async ({ enter, accountId }) => {
  await addNumbered(accountId, 55);
  const { page } = await enter("member", { viewport: { width: 320, height: 640 } });
  await page.goto("/");
  const { pageBox, bar, box, ask, dialog } = bulkOf(page);
  const scrollsSideways = () =>
    page.evaluate(() => {
      window.scrollTo(10_000, window.scrollY);
      return window.scrollX;
    });
  await pageBox.check();
  await expect(bar).toBeInViewport();
  expect(await scrollsSideways()).toBe(0);
  await box(copyName(3)).uncheck();
  await expect(bar).toContainText("49 selected");
  await ask.click();
  expect(await dialog.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  await page.keyboard.press("Escape");
  await bar.getByRole("button", { name: "Clear selection" }).click();
  await expect(bar).toHaveCount(0);
});
