import { readFileSync } from "node:fs";
import { expect } from "@playwright/test";
import { expectAccessible } from "./axe";
import { sql } from "./database";
import { addEndpointRow } from "./endpoint-rows";
import { addCertificates, addDeployment, addSync } from "./inventory";
import { expectNames, overviewOf } from "./overview-screen";
import { test } from "./test";

async function makeUsed(accountId: string) {
  const [free, served, copied, noted, gone] = await addCertificates(accountId, [
    { name: "free.example.test", expiresIn: -60 },
    { name: "served.example.test", expiresIn: -50 },
    { name: "copied.example.test", expiresIn: -40 },
    { name: "noted.example.test", expiresIn: 40 },
    { name: "gone.example.test", expiresIn: 50 },
  ]);
  if (!free || !served || !copied || !noted || !gone) throw new Error("nothing was added");
  await addEndpointRow(accountId, served.id, { port: 1_443, state: "serving" });
  await addEndpointRow(accountId, served.id, { port: 2_443, state: "unreachable" });
  await addSync(accountId, served.id, "Cloud one");
  await addSync(accountId, copied.id, "Cloud two");
  await addDeployment(accountId, noted.id, "Front door");
  await addEndpointRow(accountId, gone.id, { port: 3_443, state: "moved_on" });
  return { free, served };
}

const ALL = ["free", "served", "copied", "noted", "gone"].map((name) => `${name}.example.test`);

test("the list says how each certificate is in use, and is narrowed by it", async ({ enter, accountId }) => {
  await makeUsed(accountId);
  const { page } = await enter("member");
  await page.goto("/");
  const { row, search, status } = overviewOf(page);
  const use = page.getByRole("combobox", { name: "In use" });
  await expectNames(page, ALL);
  await expect(row("served.example.test")).toContainText("1 serving · 1 unreachable · 1 synced");
  await expect(
    row("served.example.test").getByTitle("Shop 127.0.0.1:1443, Shop 127.0.0.1:2443, Cloud one", { exact: true }),
  ).toBeVisible();
  await expect(row("noted.example.test")).toContainText("1 noted");
  await expect(row("gone.example.test")).toContainText("1 moved on");

  for (const [choice, address, names] of [
    ["In use", "any", ["served", "copied", "noted"]],
    ["Serving", "serving", ["served"]],
    ["Synced", "synced", ["served", "copied"]],
    ["Not in use", "none", ["free", "gone"]],
  ] as const) {
    await use.selectOption(choice);
    await expectNames(
      page,
      names.map((name) => `${name}.example.test`),
    );
    await expect(page).toHaveURL(new RegExp(`use=${address}`));
    await expect(page.getByText(`${names.length} certificate`, { exact: false }).first()).toBeVisible();
  }
  await status.selectOption({ label: "Expired (1)" });
  await expectNames(page, ["free.example.test"]);
  await page.goBack();
  await expectNames(page, ["free.example.test", "gone.example.test"]);
  await use.selectOption("In use");
  await search.fill("cop");
  await expectNames(page, ["copied.example.test"]);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export CSV" }).click();
  expect(
    readFileSync(await (await download).path(), "utf8")
      .trim()
      .split("\r\n"),
  ).toHaveLength(2);
  await use.selectOption("Any use or none");
  await expect(page).not.toHaveURL(/use=/);
  await page.goto("/?use=nonsense");
  await expectNames(page, ALL);
});

test("all that are not in use are selected and deleted, and nothing else", async ({ enter, accountId }) => {
  const { free, served } = await makeUsed(accountId);
  await sql()`delete from deployments where account_id = ${accountId} and state = 'moved_on'`;
  const { page } = await enter("member");
  await page.goto("/?use=none&status=expired");
  await expectNames(page, ["free.example.test"]);
  await page.getByRole("checkbox", { name: "Select all on this page" }).check();
  await page.getByRole("button", { name: "Delete 1 certificate…" }).click();
  const dialog = page.getByRole("alertdialog", { name: "Delete certificates" });
  await dialog.getByRole("textbox").fill("delete");
  await dialog.getByRole("button", { name: "Delete 1 certificate" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("No certificate matches")).toBeVisible();
  expect(await sql()`select from certificates where id in (${free.id}, ${served.id})`).toHaveLength(1);
});

for (const width of [1280, 375]) {
  test(`the column and the filter are accessible at ${width}`, async ({ enter, accountId }) => {
    await makeUsed(accountId);
    const { page } = await enter("member", { viewport: { width, height: 800 } });
    await page.goto("/?use=any");
    await expectNames(
      page,
      ["served", "copied", "noted"].map((name) => `${name}.example.test`),
    );
    await expect(page.getByText("1 unreachable")).toBeVisible();
    await expectAccessible(page, `the list of what is in use at ${width}`);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
}
