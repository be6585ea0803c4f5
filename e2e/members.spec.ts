import { expect, type Page } from "@playwright/test";
import { sql } from "./database";
import { PASSWORD } from "./people";
import { test } from "./test";

function screenOf(page: Page) {
  const table = page.getByRole("table", { name: "Members" });
  const row = (email: string) => table.getByRole("row").filter({ hasText: email });
  return { table, row, role: (email: string) => row(email).getByRole("combobox", { name: "Role" }) };
}

test("a product admin invites somebody, who joins with the link, once", async ({ enter, openBrowser, accountId }) => {
  const { page } = await enter("admin");
  await page.goto("/settings/members");
  await page.getByRole("button", { name: "Invite member" }).click();
  const dialog = page.getByRole("dialog");
  const email = `invited-${accountId.slice(-8)}@example.test`;
  await dialog.getByLabel("Email").fill(email);
  await dialog.getByLabel("Role").selectOption("Member");
  await dialog.getByRole("button", { name: "Make link" }).click();
  const link = await dialog.getByRole("textbox", { name: "Invitation link" }).inputValue();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("table", { name: "Open invitations" })).toContainText(email);
  const token = link.split("/").at(-1) ?? "";
  const kept = await sql()<
    { line: string }[]
  >`select t::text as line from invitations t where account_id = ${accountId}`;
  expect(kept.map(({ line }) => line).join()).not.toContain(token);

  const guest = await (await openBrowser()).newPage();
  await guest.goto(link);
  await expect(guest.getByRole("main")).toContainText(email);
  await guest.getByLabel("Password", { exact: true }).fill("password1234");
  await guest.getByRole("button", { name: "Join" }).click();
  await expect(guest.getByRole("alert").filter({ hasText: "too easy to guess" })).toBeVisible();
  await guest.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await guest.getByRole("button", { name: "Join" }).click();
  await expect(guest.getByRole("heading", { name: "Overview", level: 1 })).toBeVisible();
  await expect(guest.getByRole("region", { name: "Signed in" })).toContainText("Member");

  const other = await (await openBrowser()).newPage();
  await other.goto(link);
  await expect(other.getByText("This invitation is not good any more")).toBeVisible();
  await page.reload();
  await expect(screenOf(page).role(email)).toHaveValue("member");
  await expect(page.getByRole("table", { name: "Open invitations" })).toHaveCount(0);
});

test("an invitation that was revoked, or is 72 hours old, is not good any more", async ({
  enter,
  openBrowser,
  accountId,
}) => {
  const { page } = await enter("admin");
  const guest = await (await openBrowser()).newPage();
  for (const end of ["revoke", "wait"] as const) {
    const email = `${end}-${accountId.slice(-8)}@example.test`;
    await page.goto("/settings/members");
    await page.getByRole("button", { name: "Invite member" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Email").fill(email);
    await dialog.getByRole("button", { name: "Make link" }).click();
    const link = await dialog.getByRole("textbox", { name: "Invitation link" }).inputValue();
    await dialog.getByRole("button", { name: "Done" }).click();
    await guest.goto(link);
    await expect(guest.getByRole("button", { name: "Join" })).toBeVisible();
    if (end === "revoke") {
      await page.getByRole("button", { name: `Revoke the invitation of ${email}` }).click();
      await expect(page.getByRole("table", { name: "Open invitations" })).toHaveCount(0);
    } else {
      await sql()`update invitations set expires_at = created_at + interval '1 second', created_at = created_at - interval '72 hours'
        where account_id = ${accountId} and email = ${email}`;
      await sql()`update invitations set expires_at = now() where account_id = ${accountId} and email = ${email}`;
    }
    await guest.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await guest.getByRole("button", { name: "Join" }).click();
    await expect(
      guest.getByRole("alert").filter({ hasText: "This invitation is used, revoked or older than 72 hours." }),
    ).toBeVisible();
  }
});

test("a new role bites on the next click", async ({ enter, consoles }) => {
  consoles.expect(/403/);
  const admin = await enter("admin");
  const other = await enter("admin");
  await other.page.goto("/settings/cleanup");
  await expect(other.page.getByRole("button", { name: "Save changes" })).toBeVisible();
  await admin.page.goto("/settings/members");
  const { role } = screenOf(admin.page);
  await role(other.person.email).selectOption("Viewer");
  await expect(admin.page.getByRole("region", { name: "Notifications" })).toContainText("is Viewer now.");
  await other.page.getByRole("switch", { name: "Enable" }).click();
  await other.page.getByRole("button", { name: "Save changes" }).click();
  await expect(other.page.getByRole("alert").filter({ hasText: "Your role does not allow this." })).toBeVisible();
  await other.page.reload();
  await expect(other.page.getByRole("main")).toContainText("your role is Viewer");
});

test("somebody who is disabled is out with the next click and cannot sign in, until enabled again", async ({
  enter,
  consoles,
}) => {
  consoles.expect(/401/);
  const admin = await enter("admin");
  const other = await enter("member");
  await other.page.goto("/");
  await admin.page.goto("/settings/members");
  await admin.page.getByRole("button", { name: `Disable ${other.person.email}` }).click();
  const dialog = admin.page.getByRole("alertdialog", { name: "Disable member" });
  await dialog.getByRole("button", { name: "Disable" }).click();
  await expect(screenOf(admin.page).row(other.person.email)).toContainText("Disabled");
  await other.page.getByRole("link", { name: "Removals" }).click();
  await expect(other.page.getByRole("heading", { name: "Sign in", level: 1 })).toBeVisible();
  await other.page.getByLabel("Email").fill(other.person.email);
  await other.page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await other.page.getByRole("button", { name: "Sign in" }).click();
  await expect(other.page.getByRole("alert").filter({ hasText: "Your access is disabled." })).toBeVisible();
  await admin.page.getByRole("button", { name: `Enable ${other.person.email}` }).click();
  await expect(screenOf(admin.page).row(other.person.email)).toContainText("Active");
  await other.page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await other.page.getByRole("button", { name: "Sign in" }).click();
  await expect(other.page.getByRole("link", { name: "Removals" })).toBeVisible();
});

test("somebody can be signed out everywhere", async ({ enter }) => {
  const admin = await enter("admin");
  const other = await enter("member");
  await other.page.goto("/");
  await admin.page.goto("/settings/members");
  await admin.page.getByRole("button", { name: `Sign out everywhere: ${other.person.email}` }).click();
  await expect(admin.page.getByRole("region", { name: "Notifications" })).toContainText("is signed out everywhere.");
  await other.page.getByRole("link", { name: "Removals" }).click();
  await expect(other.page.getByRole("heading", { name: "Sign in", level: 1 })).toBeVisible();
});

test("the last product admin stays one", async ({ enter, accountId }) => {
  const { page, person } = await enter("admin");
  await enter("member");
  await page.goto("/settings/members");
  await screenOf(page).role(person.email).selectOption("Viewer");
  const dialog = page.getByRole("alertdialog", { name: "Change your own role" });
  await dialog.getByRole("button", { name: "Change my role" }).click();
  await expect(dialog.getByRole("alert")).toContainText(/last|only|at least one/i);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(screenOf(page).role(person.email)).toHaveValue("admin");
  await expect(page.getByRole("button", { name: `Disable ${person.email}` })).toHaveAttribute("aria-disabled", "true");
  const admins = await sql()`
    select from memberships where account_id = ${accountId} and role = 'admin' and disabled_at is null`;
  expect(admins).toHaveLength(1);
});
