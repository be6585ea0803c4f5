import { readFileSync } from "node:fs";
import { expect, type Page } from "@playwright/test";
import { addCertificates } from "./inventory";
import { expectNames, overviewOf } from "./overview-screen";
import { test } from "./test";

async function saveExport(page: Page): Promise<{ fileName: string; names: string[] }> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Export CSV" }).click(),
  ]);
  const lines = readFileSync(await download.path(), "utf8")
    .trimEnd()
    .split("\r\n");
  return { fileName: download.suggestedFilename(), names: lines.slice(1).map((line) => line.split('"')[1] ?? "") };
}

test("what the filter shows is saved as CSV, in the order of the screen, by a viewer too", async ({
  enter,
  accountId,
}) => {
  await addCertificates(accountId, [
    { name: "b.example.test", expiresIn: -3 },
    { name: "a.example.test", expiresIn: -2 },
    { name: "valid.example.test" },
  ]);
  const { page } = await enter("viewer");
  await page.goto("/");
  const { fileName, names } = await saveExport(page);
  expect(fileName).toMatch(/^certificates-\d{4}-\d\d-\d\d\.csv$/);
  expect(names).toEqual(["b.example.test", "a.example.test", "valid.example.test"]);

  await overviewOf(page).status.selectOption("expired");
  await page.getByRole("combobox", { name: "Sort" }).selectOption("name");
  await expectNames(page, ["a.example.test", "b.example.test"]);
  expect((await saveExport(page)).names).toEqual(["a.example.test", "b.example.test"]);
});

test("an empty inventory offers no export", async ({ enter }) => {
  const { page } = await enter("admin");
  await page.goto("/");
  await expect(page.getByText("No certificates yet")).toBeVisible();
  await expect(page.getByRole("link", { name: "Export CSV" })).toHaveCount(0);
});
