import { expect } from "@playwright/test";
import { addCertificates } from "./inventory";
import { addNumbered } from "./many-certificates";
import { expectNames, overviewOf } from "./overview-screen";
import { test } from "./test";

const MIXED = [
  { name: "valid.example.test", expiresIn: 100 },
  { name: "soon.example.test", expiresIn: 10 },
  { name: "old.example.test", expiresIn: -5 },
  { name: "older.example.test", expiresIn: -50 },
  { name: "revoked.example.test", expiresIn: 60, revoked: true },
  { name: "future.example.test", expiresIn: 90, startsIn: 20 },
];

test("the status filter shows each status with its count", async ({ enter, accountId }) => {
  await addCertificates(accountId, MIXED);
  const { page } = await enter("viewer");
  await page.goto("/");
  const { status } = overviewOf(page);
  await expect(page.getByText("6 certificates ·")).toBeVisible();
  await expect(status.getByRole("option")).toHaveText([
    "All statuses (6)",
    "Valid (1)",
    "Expiring soon (1)",
    "Expired (2)",
    "Revoked (1)",
    "Not yet valid (1)",
  ]);
  const expected = {
    "Valid (1)": ["valid.example.test"],
    "Expiring soon (1)": ["soon.example.test"],
    "Expired (2)": ["older.example.test", "old.example.test"],
    "Revoked (1)": ["revoked.example.test"],
    "Not yet valid (1)": ["future.example.test"],
  };
  for (const [choice, names] of Object.entries(expected)) {
    await status.selectOption(choice);
    await expectNames(page, names);
    const word = choice.replace(/ \(\d\)$/, "");
    await expect(overviewOf(page).rows.first().getByText(word, { exact: true })).toBeVisible();
  }
  await status.selectOption("");
  await expectNames(page, [
    "older.example.test",
    "old.example.test",
    "soon.example.test",
    "revoked.example.test",
    "future.example.test",
    "valid.example.test",
  ]);
});

test("the filter lives in the address: back, forward and reload show the same, bad values are dropped", async ({
  enter,
  accountId,
}) => {
  await addCertificates(accountId, MIXED);
  const { page } = await enter("viewer");
  await page.goto("/");
  const { status, search } = overviewOf(page);
  await status.selectOption("Expired (2)");
  await expect(page).toHaveURL("/?status=expired");
  await expectNames(page, ["older.example.test", "old.example.test"]);
  await search.fill("older");
  await expectNames(page, ["older.example.test"]);
  await expect(page).toHaveURL("/?status=expired&q=older");
  await page.reload();
  await expect(status).toHaveValue("expired");
  await expect(search).toHaveValue("older");
  await expectNames(page, ["older.example.test"]);

  await page.goBack();
  await expect(page).toHaveURL("/");
  await expect(status).toHaveValue("");
  await expect(search).toHaveValue("");
  await expect(overviewOf(page).rows).toHaveCount(6);
  await page.goForward();
  await expectNames(page, ["older.example.test"]);
  await expect(status).toHaveValue("expired");

  await page.goto("/?status=nonsense&sort=upwards&after=%00&before=x&expires=2026-13&deletable=perhaps");
  await expect(status).toHaveValue("");
  await expect(overviewOf(page).rows).toHaveCount(6);
});

test("the search finds any part of a name, of an alternative name and of the fingerprint", async ({
  enter,
  accountId,
}) => {
  const [, , third] = await addCertificates(accountId, [
    { name: "www.example.test", dnsNames: ["www.example.test", "shop.example.org"] },
    { name: "mail.example.test" },
    { name: "100%_sure.example.test" },
  ]);
  const { page } = await enter("viewer");
  await page.goto("/");
  const { search } = overviewOf(page);
  for (const [typed, name] of [
    ["AIL.exam", "mail.example.test"],
    ["shop.example.o", "www.example.test"],
    ["%_", "100%_sure.example.test"],
    [third?.fingerprint.slice(7, 40) ?? "", "100%_sure.example.test"],
  ] as const) {
    await search.fill(typed);
    await expectNames(page, [name]);
  }
  await expect(page.getByRole("status").filter({ hasText: "1 certificate shown" })).toHaveCount(1);
});

test("the table sorts by name and expiry, both ways", async ({ enter, accountId }) => {
  await addCertificates(accountId, [
    { name: "b.example.test", expiresIn: 30 },
    { name: "C.example.test", expiresIn: 10 },
    { name: "a.example.test", expiresIn: 20 },
  ]);
  const { page } = await enter("viewer");
  await page.goto("/");
  const { table } = overviewOf(page);
  const column = (name: string) => table.getByRole("columnheader", { name });
  await expect(column("Expires")).toHaveAttribute("aria-sort", "ascending");
  await expectNames(page, ["C.example.test", "a.example.test", "b.example.test"]);
  await column("Certificate").getByRole("link").click();
  await expectNames(page, ["a.example.test", "b.example.test", "C.example.test"]);
  await expect(column("Certificate")).toHaveAttribute("aria-sort", "ascending");
  await column("Certificate").getByRole("link").click();
  await expectNames(page, ["C.example.test", "b.example.test", "a.example.test"]);
  await expect(page).toHaveURL("/?sort=-name");
  await column("Expires").getByRole("link").click();
  await column("Expires").getByRole("link").click();
  await expectNames(page, ["b.example.test", "a.example.test", "C.example.test"]);
});

test("pages go forward and back over every certificate, each once", async ({ enter, accountId }) => {
  const names = Array.from({ length: 120 }, (_, number) => `n${String(number).padStart(3, "0")}.example.test`);
  // All expire in the same second, so that only the id tells them apart.
  await addCertificates(
    accountId,
    names.map((name) => ({ name, expiresIn: 40 })),
  );
  const { page } = await enter("viewer");
  await page.goto("/?sort=name");
  const pages = page.getByRole("navigation", { name: "Pages" });
  await expectNames(page, names.slice(0, 50));
  await expect(pages).toContainText("50 of 120");
  await expect(pages.getByRole("link", { name: "Previous" })).toHaveAttribute("aria-disabled", "true");
  await pages.getByRole("link", { name: "Next" }).click();
  await expectNames(page, names.slice(50, 100));
  await pages.getByRole("link", { name: "Next" }).click();
  await expectNames(page, names.slice(100));
  await expect(pages.getByRole("link", { name: "Next" })).toHaveAttribute("aria-disabled", "true");
  await page.reload();
  await expectNames(page, names.slice(100));
  await pages.getByRole("link", { name: "Previous" }).click();
  await expectNames(page, names.slice(50, 100));
  await pages.getByRole("link", { name: "Previous" }).click();
  await expectNames(page, names.slice(0, 50));
  await page.goto("/");
  const shown = overviewOf(page).names;
  const seen: string[] = [];
  for (const size of [50, 50, 20]) {
    if (seen.length > 0) {
      await pages.getByRole("link", { name: "Next" }).click();
      await expect(shown.filter({ hasText: seen.at(-1) ?? "" })).toHaveCount(0);
    }
    await expect(shown).toHaveCount(size);
    seen.push(...(await shown.allInnerTexts()));
  }
  expect([...seen].sort()).toEqual(names);
});

test("an empty inventory says what to do first, a search without a match how to get back", async ({
  enter,
  accountId,
}) => {
  const { page } = await enter("member");
  await page.goto("/");
  await expect(page.getByText("No certificates yet")).toBeVisible();
  await page.getByRole("link", { name: "Upload your first certificates" }).click();
  await expect(page.getByRole("heading", { name: "Upload certificates", level: 1 })).toBeVisible();

  await addCertificates(accountId, [{ name: "www.example.test" }]);
  await page.goto("/?q=nothing-like-this");
  await expect(page.getByText("No certificate matches")).toBeVisible();
  await page.getByRole("link", { name: "Clear filters" }).click();
  await expectNames(page, ["www.example.test"]);
  await expect(page).toHaveURL("/");
});

test("the line under the heading leads to what may be deleted now, and a bar of the timeline to its month", async ({
  enter,
  accountId,
}) => {
  await addCertificates(accountId, [
    { name: "issued.example.test", issued: true },
    { name: "expired.example.test", expiresIn: -400 },
  ]);
  const { page } = await enter("viewer");
  await page.goto("/");
  await page.getByRole("link", { name: "1 may be deleted now" }).click();
  await expectNames(page, ["expired.example.test"]);
  await page.getByRole("link", { name: "Remove filter: May be deleted now" }).click();
  await expect(overviewOf(page).rows).toHaveCount(2);
  await page
    .getByRole("figure", { name: /by month/ })
    .getByRole("link", { name: /and before: 1 certificate$/ })
    .click();
  await expectNames(page, ["expired.example.test"]);
});

test("a click before the router listens leads where the link says", async ({ enter, accountId }) => {
  await addCertificates(accountId, [
    { name: "issued.example.test", issued: true },
    { name: "expired.example.test", expiresIn: -400 },
  ]);
  const { page } = await enter("viewer");
  await page.goto("/");
  const link = page.getByRole("link", { name: "1 may be deleted now" });
  await expect(link).toBeVisible();
  // As the history object is until the router has put its own function there.
  await expect.poll(() => page.evaluate(() => Object.hasOwn(window.history, "pushState"))).toBe(true);
  await page.evaluate(() => Reflect.deleteProperty(window.history, "pushState"));
  await link.click();
  await expectNames(page, ["expired.example.test"]);
  await expect(page.getByRole("link", { name: "Remove filter: May be deleted now" })).toBeVisible();
});

test("a search of two letters looks through a part of a large list at a time, and says so", async ({
  enter,
  accountId,
}) => {
  await addNumbered(accountId, 5_020);
  const { page } = await enter("viewer");
  await page.goto("/?q=zz");
  await expect(page.getByText("No match among 5,000 certificates")).toBeVisible();
  await page.getByRole("link", { name: "Look further" }).click();
  await expect(page.getByText("No further certificate matches")).toBeVisible();
  await page.goto("/?q=zy&sort=-expiry");
  await expect(page.getByText("With a third letter it looks through all")).toBeVisible();
  await page.getByRole("link", { name: "Clear filters" }).click();
  await expect(page.getByText("5,021 certificates ·")).toBeVisible();
});
