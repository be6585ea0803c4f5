import { createHash } from "node:crypto";
import { expect, type Page } from "@playwright/test";
import { expectAccessible } from "./axe";
import { sql } from "./database";
import { test } from "./test";
import { addToken } from "./tokens";

function screenOf(page: Page) {
  const row = (name: string) =>
    page.getByRole("table", { name: "API tokens" }).getByRole("row").filter({ hasText: name });
  return {
    row,
    create: page.getByRole("button", { name: "Create token" }),
    dialog: page.getByRole("dialog"),
    revoke: (name: string) => row(name).getByRole("button", { name: `Revoke ${name}` }),
    toasts: page.getByRole("region", { name: "Notifications" }),
  };
}

test("a member creates a token, is shown it once and revokes it", async ({ enter, accountId }) => {
  const { page, person } = await enter("member");
  await page.goto("/");
  await page.getByRole("link", { name: "API tokens" }).click();
  await expect(page.getByRole("heading", { name: "API tokens", level: 1 })).toBeVisible();
  await expect(page.getByText("No API tokens yet")).toBeVisible();
  const { create, dialog, row, revoke, toasts } = screenOf(page);

  await create.click();
  await expect(dialog.getByRole("combobox", { name: "Role" }).getByRole("option")).toHaveText(["Viewer", "Member"]);
  await expect(dialog.getByRole("spinbutton", { name: "Days until it expires" })).toHaveValue("90");
  await dialog.getByLabel("Days until it expires").fill("366");
  await dialog.getByLabel("Allowed IP addresses").fill("203.0.113.7, example.com");
  await dialog.getByRole("button", { name: "Create token" }).click();
  await expect(dialog.getByLabel("Name")).toHaveAccessibleDescription(/Enter a name/);
  await expect(dialog.getByLabel("Name")).toBeFocused();
  await expect(dialog.getByLabel("Days until it expires")).toHaveAccessibleDescription(/from 1 to 365/);
  await expect(dialog.getByLabel("Allowed IP addresses")).toHaveAccessibleDescription(/"example.com" is no IP/);
  await dialog.getByLabel("Name").fill("nightly inventory");
  await dialog.getByLabel("Role").selectOption("Member");
  await dialog.getByLabel("Days until it expires").fill("30");
  await dialog.getByLabel("Allowed IP addresses").fill("203.0.113.7/24\n2001:db8::/32");
  await dialog.getByRole("button", { name: "Create token" }).click();

  await expect(dialog).toHaveAccessibleName("Keep this token now");
  const token = await dialog.getByRole("textbox", { name: "Token" }).inputValue();
  expect(token).toMatch(/^csw_[0-9A-Za-z]{36}$/);
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(row("nightly inventory")).toContainText("Active");
  await expect(row("nightly inventory")).toContainText("203.0.113.0/24 and 1 more");
  await expect(row("nightly inventory")).toContainText("Never used");
  expect(await page.content()).not.toContain(token.slice(8));
  const kept = await sql()`select * from api_tokens where account_id = ${accountId}`;
  expect(kept).toMatchObject([
    { user_id: person.id, role: "member", token_hash: createHash("sha256").update(token).digest("hex") },
  ]);
  expect(JSON.stringify(kept)).not.toContain(token.slice(8));

  await revoke("nightly inventory").click();
  const question = page.getByRole("alertdialog", { name: "Revoke token" });
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await question.getByRole("button", { name: "Revoke" }).click();
  await expect(toasts).toContainText("nightly inventory is revoked.");
  await expect(row("nightly inventory")).toContainText("Revoked");
  await expect(revoke("nightly inventory")).toHaveCount(0);
  await expect(page.getByRole("heading", { name: "API tokens", level: 1 })).toBeFocused();
});

test("people see their own tokens, product admins everybody's, and may revoke those", async ({ enter, accountId }) => {
  const member = await enter("member");
  const viewer = await enter("viewer");
  const admin = await enter("admin");
  await addToken(accountId, { owner: "member", name: "of the member", role: "member" });
  await addToken(accountId, { owner: "viewer", name: "of the viewer", role: "member" });
  for (const { page } of [member, viewer, admin]) await page.goto("/settings/api-tokens");
  await expect(screenOf(member.page).row("of the ")).toHaveCount(1);
  await expect(screenOf(member.page).row("of the member")).toHaveCount(1);
  await expect(screenOf(viewer.page).row("of the ")).toHaveCount(1);
  await expect(screenOf(viewer.page).row("of the viewer")).toContainText("acts as Viewer");
  const { row, revoke, create, dialog } = screenOf(admin.page);
  await expect(row("of the ")).toHaveCount(2);
  await expect(row("of the member")).toContainText(member.person.email);
  await create.click();
  await expect(dialog.getByRole("combobox", { name: "Role" }).getByRole("option")).toHaveCount(3);
  await admin.page.keyboard.press("Escape");
  await revoke("of the member").click();
  await admin.page.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
  await expect(row("of the member")).toContainText("Revoked");
  await expect(row("of the viewer")).toContainText("Active");
  await member.page.reload();
  await expect(screenOf(member.page).row("of the member")).toContainText("Revoked");
});

for (const width of [1280, 375]) {
  test(`the screen and its dialogs are accessible at ${width} pixels, light and dark`, async ({ enter, accountId }) => {
    test.setTimeout(180_000);
    const { page } = await enter("admin", { viewport: { width, height: 800 }, reducedMotion: "reduce" });
    await page.goto("/settings/api-tokens");
    await expectAccessible(page, "empty");
    const ranges = ["203.0.113.0/24", "2001:db8::/32", "198.51.100.7/32"];
    await addToken(accountId, { name: "deploy", role: "admin", usedFrom: "2001:db8:85a3:1234:5678:8a2e:370:7334" });
    await addToken(accountId, { name: `inventory-of-${"every-department-".repeat(4)}`, ranges });
    await addToken(accountId, { name: "expired", expiresIn: -2, usedFrom: "203.0.113.9" });
    await addToken(accountId, { name: "revoked", isRevoked: true });
    await page.goto("/settings/api-tokens");
    await expectAccessible(page, "full");
    expect(await page.evaluate(scrollSideways)).toBe(0);
    const { create, dialog, revoke } = screenOf(page);
    await revoke("deploy").click();
    await expectAccessible(page, "revoke dialog");
    await page.keyboard.press("Escape");
    await create.click();
    await expectAccessible(page, "create dialog");
    await dialog.getByLabel("Days until it expires").fill("0");
    await dialog.getByRole("button", { name: "Create token" }).click();
    await expect(dialog.getByLabel("Name")).toBeFocused();
    await expectAccessible(page, "create dialog, refused");
    await dialog.getByLabel("Name").fill("made here");
    await dialog.getByLabel("Days until it expires").fill("1");
    await dialog.getByRole("button", { name: "Create token" }).click();
    await expect(dialog).toHaveAccessibleName("Keep this token now");
    await expectAccessible(page, "token dialog");
    expect(await dialog.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  });
}

/** How far the page can be moved to the side. */
function scrollSideways(): number {
  window.scrollTo(10_000, 0);
  const moved = window.scrollX;
  window.scrollTo(0, 0);
  return moved;
}
