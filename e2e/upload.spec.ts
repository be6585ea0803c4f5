import { randomBytes } from "node:crypto";
import { expect } from "@playwright/test";
import { sql } from "./database";
import { makeCertificate } from "./inventory";
import { overviewOf } from "./overview-screen";
import { test } from "./test";
import { fileOf, screenOf } from "./upload-screen";

test("pasted PEM is added under the given name; the same again is already there", async ({ enter }) => {
  const { pem } = await makeCertificate({ name: "pasted.example.test" });
  const { page } = await enter("member");
  await page.goto("/");
  await page.getByRole("link", { name: "Upload certificates" }).click();
  const { pem: field, name, upload, results } = screenOf(page);
  await upload.click();
  await expect(page.getByText("Choose files, or paste a certificate below.")).toBeVisible();
  await field.fill(pem);
  await name.fill("My own name");
  await upload.click();
  await expect(results).toContainText("1 added, 0 already in the inventory, 0 refused.");
  await field.fill(`${pem}\n`);
  await upload.click();
  await expect(results).toContainText("0 added, 1 already in the inventory, 0 refused.");
  await results.getByRole("link", { name: "My own name" }).click();
  await expect(page.getByRole("heading", { name: "My own name", level: 1 })).toBeVisible();
});

test("one bad file never stops the others, and each is told why it is refused", async ({ enter, accountId }) => {
  const [first, second, third] = await Promise.all(
    ["one", "two", "three"].map((name) => makeCertificate({ name: `${name}.example.test` })),
  );
  if (!first || !second || !third) throw new Error("nothing was made");
  const { page } = await enter("member");
  await page.goto("/certificates/upload");
  const { files, upload, results } = screenOf(page);
  await files.setInputFiles([
    fileOf("one.pem", first.pem),
    fileOf("holiday.jpg", randomBytes(2_000)),
    fileOf("two.der", second.der),
    fileOf("huge.pem", Buffer.alloc(10 * 1024 * 1024 + 1, "x")),
    fileOf("bundle.pem", `${first.pem}\n${third.pem}\n`),
    fileOf("empty.pem", ""),
  ]);
  await upload.click();
  await expect(results).toContainText("3 added, 1 already in the inventory, 3 refused.");
  const row = (file: string) => results.getByRole("row").filter({ hasText: file });
  await expect(row("huge.pem")).toContainText("This file is larger than 10 MB.");
  for (const file of ["holiday.jpg", "empty.pem"]) await expect(row(file)).toContainText(/Refused.*\.$/);
  expect(await sql()`select from certificates where account_id = ${accountId}`).toHaveLength(3);
});

test("an upload can be stopped: what was sent stays, the rest is said to be missing", async ({ enter, accountId }) => {
  const made = await Promise.all(
    Array.from({ length: 120 }, (_, number) => makeCertificate({ name: `s${number}.example.test` })),
  );
  const { page } = await enter("member");
  await page.goto("/certificates/upload");
  const { files, upload, results } = screenOf(page);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/certificates/upload", async (route) => {
    if (route.request().method() === "POST") await held;
    await route.continue();
  });
  await files.setInputFiles(made.map(({ pem }, number) => fileOf(`s${number}.pem`, pem)));
  await upload.click();
  const bar = page.getByRole("progressbar", { name: "Uploading" });
  await expect(bar).toHaveAttribute("aria-valuetext", "0 of 120 files");
  await page.getByRole("button", { name: "Stop" }).click();
  release();
  await expect(results).toContainText(/Stopped: [\d,]+ files were not sent\./);
  await expect(bar).toHaveCount(0);
  const [row] = await sql()<{ count: number }[]>`
    select count(*)::int as count from certificates where account_id = ${accountId}`;
  const kept = row?.count ?? 0;
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(120);
  await expect(results).toContainText(`${kept} added`);
  await expect(results).toContainText(`Stopped: ${120 - kept} files were not sent.`);
  await page.goto("/");
  await expect(overviewOf(page).heading).toBeVisible();
  await expect(page.getByText(`${kept} certificates ·`)).toBeVisible();
});
