import { KeyObject, randomBytes } from "node:crypto";
import { expect, type Page } from "@playwright/test";
import { expectAccessible } from "./axe";
import { sql } from "./database";
import { makeCertificate } from "./inventory";
import { makePkcs7, makePkcs12 } from "./key-files";
import { overviewOf } from "./overview-screen";
import { test } from "./test";

function screenOf(page: Page) {
  return {
    files: page.getByLabel("Certificate files"),
    pem: page.getByRole("textbox", { name: "Certificate (PEM)" }),
    name: page.getByRole("textbox", { name: "Name" }),
    password: page.getByRole("textbox", { name: "Password" }),
    upload: page.getByRole("button", { name: "Upload" }),
    results: page.getByRole("region", { name: "Upload results" }),
  };
}

const fileOf = (name: string, text: string | Buffer) => ({
  name,
  mimeType: "application/octet-stream",
  buffer: Buffer.from(text),
});

const pemOf = (key: CryptoKey) => KeyObject.from(key).export({ type: "pkcs8", format: "pem" }).toString();

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

test("a private key goes to its certificate, encrypted, and nothing of it is shown or lies open", async ({
  enter,
  accountId,
}) => {
  const { pem, privateKey } = await makeCertificate({ name: "with-key.example.test" });
  const key = pemOf(privateKey);
  const { page } = await enter("member");
  await page.goto("/certificates/upload");
  const { files, upload, results } = screenOf(page);
  await files.setInputFiles([fileOf("both.pem", `${pem}\n${key}\n`)]);
  await upload.click();
  await expect(results).toContainText("1 added, 0 already in the inventory, 0 refused. Private keys kept: 1.");
  await expect(results.getByRole("row").filter({ hasText: "both.pem" })).toContainText("Added with its private key");
  const secret = key.split("\n")[1] ?? "";
  expect(secret).toHaveLength(64);
  expect(await page.content()).not.toContain(secret);
  await results.getByRole("link", { name: "with-key.example.test" }).click();
  await expect(page.getByRole("region", { name: "Details" })).toContainText("Private keyKept, encrypted");
  expect(await page.content()).not.toContain(secret);
  await expectSealed(accountId, secret);

  await page.getByRole("button", { name: "Delete with-key.example.test" }).click();
  const dialog = page.getByRole("alertdialog", { name: "Delete certificate" });
  await expect(dialog).toContainText("Its private key is destroyed too.");
  await dialog.getByRole("textbox").fill("with-key.example.test");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("with-key.example.test was deleted.")).toBeVisible();
  expect(await sql()`select from private_keys where account_id = ${accountId}`).toHaveLength(0);
});

/** One key is kept, and its text lies in no table. */
async function expectSealed(accountId: string, secret: string): Promise<void> {
  expect(await sql()`select from private_keys where account_id = ${accountId}`).toHaveLength(1);
  const tables = await sql()<{ name: string }[]>`
    select format('%I.%I', table_schema, table_name) as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`;
  expect(tables.length).toBeGreaterThan(10);
  for (const { name } of tables) {
    const found = await sql().unsafe(`select from ${name} t where position($1 in t::text) > 0`, [secret]);
    expect(found, name).toHaveLength(0);
  }
}

test("a key in a file of its own finds its certificate, also in another batch; a stray one is refused", async ({
  enter,
  accountId,
}) => {
  const made = await Promise.all(
    Array.from({ length: 45 }, (_, number) => makeCertificate({ name: `k${number}.example.test` })),
  );
  const [first] = made;
  const stray = await makeCertificate({ name: "stray.example.test" });
  if (first === undefined) throw new Error("nothing was made");
  const { page } = await enter("member");
  await page.goto("/certificates/upload");
  const { files, upload, results } = screenOf(page);
  await files.setInputFiles([
    ...made.map(({ pem }, number) => fileOf(`k${number}.pem`, pem)),
    fileOf("first.key", pemOf(first.privateKey)),
    fileOf("stray.key", pemOf(stray.privateKey)),
  ]);
  await upload.click();
  await expect(results).toContainText("45 added, 0 already in the inventory, 1 refused. Private keys kept: 1.");
  const row = (file: string) => results.getByRole("row").filter({ hasText: file });
  await expect(row("first.key")).toContainText("Private key added");
  await expect(row("stray.key")).toContainText("This private key fits no certificate of this upload.");
  const [kept, ...others] = await sql()<{ name: string }[]>`
    select name from private_keys join certificates c on c.id = certificate_id where c.account_id = ${accountId}`;
  expect(kept?.name).toBe("k0.example.test");
  expect(others).toHaveLength(0);
});

test("an encrypted key asks for its password, says when it is wrong, and is kept with the right one", async ({
  enter,
}) => {
  const { pem, privateKey } = await makeCertificate({ name: "locked.example.test" });
  const locked = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "open sesame" } as const;
  const file = fileOf("locked.pem", `${pem}\n${KeyObject.from(privateKey).export(locked)}`);
  const { page } = await enter("member");
  await page.goto("/certificates/upload");
  const { files, upload, results, password } = screenOf(page);
  // The file stays chosen until it could be opened.
  await files.setInputFiles([file]);
  const attempt = async (typed: string) => {
    await password.fill(typed);
    await upload.click();
  };
  await attempt("");
  await expect(results).toContainText("This file needs a password. Type it under Password");
  await attempt("open barley");
  await expect(results).toContainText("The password does not open this file.");
  await attempt("open sesame");
  await expect(results).toContainText("1 added, 0 already in the inventory, 0 refused. Private keys kept: 1.");
  await expect(page.getByText("No files chosen")).toBeVisible();
  expect(await page.content()).not.toContain("open sesame");
});

test("a PKCS#12 file opens with its password only, and a PKCS#7 bundle without", async ({ enter, accountId }) => {
  const [boxed, bundled] = await Promise.all(
    ["boxed", "bundled"].map((name) => makeCertificate({ name: `${name}.example.test` })),
  );
  if (!boxed || !bundled) throw new Error("nothing was made");
  const key = KeyObject.from(boxed.privateKey);
  const pkcs12 = fileOf("boxed.p12", makePkcs12({ certificates: [boxed.der], key, password: "open sesame" }));
  const pkcs7 = fileOf("bundled.p7b", makePkcs7([bundled.der]));
  const { page } = await enter("member");
  await page.goto("/certificates/upload");
  const { files, upload, results, password } = screenOf(page);
  const row = (file: string) => results.getByRole("row").filter({ hasText: file });
  await files.setInputFiles([pkcs12, pkcs7]);
  await upload.click();
  await expect(row("boxed.p12")).toContainText("This file needs a password. Type it under Password");
  await expect(row("bundled.p7b")).toContainText("Added");
  await expectAccessible(page, "upload results with a missing password");
  await files.setInputFiles([pkcs12]);
  await password.fill("open barley");
  await upload.click();
  await expect(row("boxed.p12")).toContainText("The password does not open this file.");
  await files.setInputFiles([pkcs12]);
  await password.fill("open sesame");
  await upload.click();
  await expect(row("boxed.p12")).toContainText("Added with its private key");
  const kept = await sql()`select from private_keys where account_id = ${accountId}`;
  expect(kept).toHaveLength(1);
  await results.getByRole("link", { name: "boxed.example.test" }).click();
  await expect(page.getByRole("region", { name: "Details" })).toContainText("Private keyKept, encrypted");
  await expectAccessible(page, "a certificate with its private key");
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
