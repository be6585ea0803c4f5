import { readFileSync } from "node:fs";
import { expect } from "@playwright/test";
import { addCertificates } from "./inventory";
import { makePerson, signIn } from "./people";
import { succeed } from "./server-actions";
import { test } from "./test";

const FORMULA = "=HYPERLINK(1).example.test";

test("removals are listed, searched, opened and exported", async ({ enter, accountId }) => {
  const remover = await makePerson(accountId, "member", "remover");
  const cookie = await signIn(remover.email);
  const added = await addCertificates(accountId, [
    { name: "first.example.test", expiresIn: -40 },
    { name: FORMULA, expiresIn: -50 },
    { name: "third.example.test", expiresIn: 50 },
  ]);
  for (const { id } of added) await succeed("lib/removal/actions.ts#deleteCertificate", { id }, cookie);

  const { page } = await enter("viewer");
  await page.goto("/removals");
  const table = page.getByRole("table", { name: "Removals" });
  const rows = table.getByRole("row").filter({ has: page.getByRole("cell") });
  await expect(rows).toHaveCount(3);
  await expect(rows.first()).toContainText("third.example.test");
  await expect(rows.first()).toContainText("Uploaded: may go at any time");
  await expect(rows.last()).toContainText("Expired 40 days before");
  await expect(rows.last()).toContainText(remover.email);

  await page.getByRole("searchbox", { name: "Search" }).fill("FIRST.exam");
  await page.getByRole("button", { name: "Search" }).click();
  await expect(rows).toHaveCount(1);
  await expect(page).toHaveURL("/removals?q=FIRST.exam");
  await rows.getByRole("link", { name: "first.example.test" }).click();
  await expect(page.getByRole("heading", { name: "first.example.test", level: 1 })).toBeVisible();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download PEM" }).click();
  expect(readFileSync(await (await download).path(), "utf8")).toBe(`${added[0]?.pem.trimEnd()}\n`);

  await page.goto("/removals?q=nothing-like-this");
  await expect(page.getByText("No removal matches")).toBeVisible();
  await page.getByRole("link", { name: "Clear search" }).click();
  await expect(rows).toHaveCount(3);

  const exporting = page.waitForEvent("download");
  await page.getByRole("link", { name: /CSV/ }).click();
  const file = await exporting;
  expect(file.suggestedFilename()).toMatch(/^removals-\d{4}-\d\d-\d\d\.csv$/);
  const records = parseCsv(readFileSync(await file.path(), "utf8"));
  expect(records).toHaveLength(4);
  const cells = records.flat();
  expect(cells).toContain(`'${FORMULA}`);
  expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
  for (const { fingerprint } of added) expect(cells).toContain(fingerprint);
  expect(cells.filter((cell) => cell === remover.email)).toHaveLength(3);
});

test("before anything was removed, the list says what will be there", async ({ enter }) => {
  const { page } = await enter("viewer");
  await page.goto("/removals");
  await expect(page.getByText("Nothing has been removed yet")).toBeVisible();
});

/** RFC 4180, every field quoted. */
function parseCsv(text: string): string[][] {
  expect(text.endsWith("\r\n")).toBe(true);
  const records: string[][] = [[]];
  let rest = text.replace(/^\ufeff/, "");
  while (rest !== "") {
    const field = /^"((?:[^"]|"")*)"(,|\r\n)/.exec(rest);
    if (field === null) throw new Error(`no field at: ${rest.slice(0, 80)}`);
    records.at(-1)?.push((field[1] ?? "").replaceAll('""', '"'));
    rest = rest.slice(field[0].length);
    if (field[2] === "\r\n" && rest !== "") records.push([]);
  }
  return records;
}
