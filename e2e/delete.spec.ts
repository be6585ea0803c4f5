import { expect } from "@playwright/test";
import { sql } from "./database";
import { addCertificate, addCertificates, addDeployment, addSync } from "./inventory";
import { expectNames, overviewOf } from "./overview-screen";
import { test } from "./test";

const EXPIRED = [
  { name: "a.example.test", expiresIn: -70 },
  { name: "b.example.test", expiresIn: -60 },
  { name: "c.example.test", expiresIn: -50 },
];

test("an expired certificate is deleted after a confirmation, and its record stays", async ({ enter, accountId }) => {
  const [, second] = await addCertificates(accountId, EXPIRED);
  const { page, person } = await enter("member");
  await page.goto("/");
  const { remove, dialog, link } = overviewOf(page);

  await remove("b.example.test").click();
  await expect(dialog).toBeVisible();
  await expect(dialog).toContainText("b.example.test");
  await expect(dialog).toContainText("Expired");
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(remove("b.example.test")).toBeFocused();
  await remove("b.example.test").click();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(dialog).toBeHidden();
  expect(await sql()`select from certificates where id = ${second?.id ?? ""}`).toHaveLength(1);

  await remove("b.example.test").click();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(dialog).toBeHidden();
  await expectNames(page, ["a.example.test", "c.example.test"]);
  await expect(link("c.example.test")).toBeFocused();
  const notice = page.getByRole("region", { name: "Notifications" });
  await expect(notice).toContainText("b.example.test was deleted.");
  expect(await sql()`select from certificates where id = ${second?.id ?? ""}`).toHaveLength(0);

  await notice.getByRole("link", { name: "Removal record" }).click();
  await expect(page.getByRole("heading", { name: "b.example.test", level: 1 })).toBeVisible();
  const removal = page.getByRole("region", { name: "Removal" });
  await expect(removal).toContainText(person.email);
  await expect(removal).toContainText("Expired 60 days before");
  await page.goto(`/certificates/${second?.id}`);
  await expect(page.getByText("This certificate was removed.")).toBeVisible();
});

test("the last row gone, the focus goes to the heading", async ({ enter, accountId }) => {
  await addCertificate(accountId, { name: "only.example.test", expiresIn: -3 });
  const { page } = await enter("member");
  await page.goto("/");
  const { remove, dialog, heading } = overviewOf(page);
  await remove("only.example.test").click();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("No certificates yet")).toBeVisible();
  await expect(heading).toBeFocused();
});

test("what is deployed, synced, or issued and valid is refused with the reason", async ({ enter, accountId }) => {
  const [deployed, synced] = await addCertificates(accountId, [
    { name: "deployed.example.test", expiresIn: -40 },
    { name: "synced.example.test", expiresIn: -30 },
    { name: "issued.example.test", expiresIn: 50, issued: true },
  ]);
  await addDeployment(accountId, deployed?.id ?? "", "Front door");
  await addSync(accountId, synced?.id ?? "", "Cloud one");
  const { page } = await enter("member");
  await page.goto("/");
  const { remove, dialog } = overviewOf(page);
  for (const [name, reason] of [
    ["deployed.example.test", "In use by Front door"],
    ["synced.example.test", "Synced to Cloud one. Remove the sync first."],
    ["issued.example.test", "Revoke it first, or wait until it expires on"],
  ] as const) {
    await expect(remove(name)).toHaveAttribute("aria-disabled", "true");
    await expect(remove(name)).toHaveAccessibleDescription(new RegExp(reason));
    await remove(name).focus();
    await expect(page.getByText(reason)).toBeVisible();
    await remove(name).click({ force: true });
    await page.keyboard.press("Enter");
    await expect(dialog).toBeHidden();
  }
  await remove("deployed.example.test").focus();
  await page.getByRole("link", { name: "Show where" }).first().click();
  await expect(page.getByRole("region", { name: "In use" })).toContainText("Front door");
});

test("a deployment that is added while the dialog is open keeps the certificate", async ({ enter, accountId }) => {
  const { id } = await addCertificate(accountId, { name: "late.example.test", expiresIn: -40 });
  const { page } = await enter("member");
  await page.goto("/");
  const { remove, dialog, row } = overviewOf(page);
  await remove("late.example.test").click();
  await addDeployment(accountId, id, "Mail relay");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(dialog.getByRole("alert")).toContainText("Nothing was deleted.");
  await expect(dialog.getByRole("alert")).toContainText("In use by Mail relay");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(row("late.example.test")).toBeVisible();
  await expect(remove("late.example.test")).toHaveAttribute("aria-disabled", "true");
  expect(await sql()`select from removals where account_id = ${accountId}`).toHaveLength(0);
});

test("a valid uploaded certificate goes only after its name was typed", async ({ enter, accountId }) => {
  await addCertificate(accountId, { name: "valid.example.test" });
  const { page } = await enter("member");
  await page.goto("/");
  const { remove, dialog, row } = overviewOf(page);
  await remove("valid.example.test").click();
  await expect(dialog.getByText("This certificate is still valid.")).toBeVisible();
  const confirm = dialog.getByRole("button", { name: "Delete" });
  await expect(confirm).toHaveAttribute("aria-disabled", "true");
  await expect(confirm).toHaveAccessibleDescription("Type the certificate's name first.");
  const field = dialog.getByRole("textbox", { name: "Type valid.example.test to confirm" });
  await field.fill("valid.example.tes");
  await field.press("Enter");
  await expect(dialog).toBeVisible();
  await field.fill("valid.example.test");
  await confirm.click();
  await expect(row("valid.example.test")).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Notifications" })).toContainText("valid.example.test was deleted.");
});

test("of two people who delete the same certificate, the second is told that it is gone", async ({
  enter,
  accountId,
}) => {
  const { id } = await addCertificate(accountId, { name: "twice.example.test", expiresIn: -40 });
  const [first, second] = [await enter("member"), await enter("member")];
  const screens = [first, second].map(({ page }) => ({ page, ...overviewOf(page) }));
  for (const { page, remove } of screens) {
    await page.goto("/");
    await remove("twice.example.test").click();
  }
  for (const { page, dialog } of screens) {
    await dialog.getByRole("button", { name: "Delete" }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByText("No certificates yet")).toBeVisible();
  }
  await expect(first.page.getByRole("region", { name: "Notifications" })).toContainText("was deleted.");
  await expect(second.page.getByRole("region", { name: "Notifications" })).toContainText(
    `twice.example.test was already deleted by ${first.person.email}.`,
  );
  expect(await sql()`select from removals where id = ${id}`).toHaveLength(1);
});

test("when the removal record cannot be written, nothing is deleted and the person is told", async ({
  enter,
  accountId,
}) => {
  const { id } = await addCertificate(accountId, { name: "kept.example.test", expiresIn: -40 });
  const name = `e2e_refuse_${accountId.replaceAll("-", "")}`;
  await sql().unsafe(`
    create function ${name}() returns trigger language plpgsql as $$ begin raise exception 'no room'; end $$;
    create trigger ${name} before insert on removal_records for each row when (new.account_id = '${accountId}')
    execute function ${name}();`);
  const { page } = await enter("member");
  await page.goto("/");
  const { remove, dialog, row } = overviewOf(page);
  await remove("kept.example.test").click();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(dialog.getByRole("alert")).toContainText(
    "Nothing was deleted: the record of the removal could not be written",
  );
  await expect(dialog.getByRole("alert")).not.toContainText("no room");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(row("kept.example.test")).toBeVisible();
  expect(await sql()`select from certificates where id = ${id}`).toHaveLength(1);
  await sql().unsafe(`drop trigger ${name} on removal_records; drop function ${name}();`);
});

test("the keyboard is enough: slash, arrows, Enter, Delete and Escape", async ({ enter, accountId }) => {
  await addCertificates(accountId, EXPIRED);
  const { page } = await enter("member");
  await page.goto("/");
  const { search, link, dialog, remove } = overviewOf(page);
  await expect(remove("a.example.test")).toBeVisible();
  await page.keyboard.press("/");
  await expect(search).toBeFocused();
  await expect(search).toHaveValue("");
  await link("a.example.test").focus();
  await page.keyboard.press("ArrowDown");
  await expect(link("b.example.test")).toBeFocused();
  await page.keyboard.press("End");
  await expect(link("c.example.test")).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Delete");
  await expect(dialog).toContainText("b.example.test");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await page.keyboard.press("Tab");
  await link("b.example.test").focus();
  await page.keyboard.press("Delete");
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expectNames(page, ["a.example.test", "c.example.test"]);
  await expect(link("c.example.test")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "c.example.test", level: 1 })).toBeVisible();
});

test("the whole way on the certificate's own page", async ({ enter, accountId }) => {
  const { id } = await addCertificate(accountId, { name: "own.example.test", expiresIn: -40 });
  const { page } = await enter("member");
  await page.goto(`/certificates/${id}`);
  await page.getByRole("button", { name: "Delete own.example.test" }).click();
  await page.getByRole("alertdialog", { name: "Delete certificate" }).getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("region", { name: "Notifications" })).toContainText("own.example.test was deleted.");
  await expect(page.getByRole("heading", { name: "Overview", level: 1 })).toBeVisible();
});
