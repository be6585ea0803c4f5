import { expect } from "@playwright/test";
import { sql } from "./database";
import { makePerson, PASSWORD } from "./people";
import { fillSignIn } from "./sign-in-screen";
import { test } from "./test";

test("somebody signs in, lands where they wanted to go, and signs out", async ({ page, accountId }) => {
  const { email } = await makePerson(accountId, "viewer");
  await page.goto("/removals?q=www");
  await expect(page.getByRole("heading", { name: "Sign in", level: 1 })).toBeVisible();
  await fillSignIn(page, email.toUpperCase(), PASSWORD);
  await expect(page.getByRole("heading", { name: "Removals", level: 1 })).toBeVisible();
  await expect(page).toHaveURL(/\/removals\?q=www$/);
  await expect(page.getByRole("region", { name: "Signed in" })).toContainText("Viewer");

  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Sign in", level: 1 })).toBeVisible();
});

test("signing out ends the session itself, not only its cookie", async ({ enter, openBrowser }) => {
  const { page, context } = await enter("viewer");
  await page.goto("/");
  const cookies = await context.cookies();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  const thief = await openBrowser();
  await thief.addCookies(cookies);
  const stolen = await thief.newPage();
  await stolen.goto("/");
  await expect(stolen.getByRole("heading", { name: "Sign in", level: 1 })).toBeVisible();
});

test("a wrong password and an unknown person get the same words", async ({ page, accountId, consoles }) => {
  consoles.expect(/401/);
  const { email } = await makePerson(accountId, "viewer");
  await page.goto("/sign-in");
  await fillSignIn(page, email, "not this one at all");
  const words = page.getByRole("alert").filter({ hasText: "The e-mail address or the password is not right." });
  await expect(words).toBeVisible();
  await expect(page.getByLabel("Email")).toHaveValue(email);
  await page.reload();
  await fillSignIn(page, `nobody-${email}`, PASSWORD);
  await expect(words).toBeVisible();
});

test("guessing is slowed: the right password has to wait too, and then works", async ({
  page,
  accountId,
  consoles,
}) => {
  consoles.expect(/401/);
  const { email } = await makePerson(accountId, "viewer");
  await page.goto("/sign-in");
  const alert = page.getByRole("alert");
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const answered = page.waitForResponse(/callback\/credentials/);
    await fillSignIn(page, email, `wrong password ${attempt}`);
    await answered;
    await expect(alert.filter({ hasText: "is not right" })).toBeVisible();
  }
  await fillSignIn(page, email, PASSWORD);
  await expect(alert.filter({ hasText: /too many failed attempts. Try again in [12] seconds?\./ })).toBeVisible();
  await page.waitForTimeout(2_500);
  await fillSignIn(page, email, PASSWORD);
  await expect(page.getByRole("heading", { name: "Overview", level: 1 })).toBeVisible();
});

test("a session that has ended leads to the sign-in screen with the next click", async ({ enter, consoles }) => {
  consoles.expect(/401/);
  const { page, person } = await enter("member");
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Overview", level: 1 })).toBeVisible();
  await sql()`update sessions set ended_at = now() where user_id = ${person.id}`;
  await page.getByRole("link", { name: "Removals" }).click();
  await expect(page.getByRole("heading", { name: "Sign in", level: 1 })).toBeVisible();
});

test("a session that was idle for twelve hours, or is seven days old, has ended", async ({ enter }) => {
  const idle = await enter("viewer");
  await sql()`update sessions set last_seen_at = now() - interval '12 hours 1 minute' where user_id = ${idle.person.id}`;
  await idle.page.goto("/");
  await expect(idle.page.getByRole("heading", { name: "Sign in", level: 1 })).toBeVisible();
  const old = await enter("viewer");
  await sql()`update sessions set started_at = now() - interval '7 days 1 minute' where user_id = ${old.person.id}`;
  await old.page.goto("/");
  await expect(old.page.getByRole("heading", { name: "Sign in", level: 1 })).toBeVisible();
});
