import { KeyObject } from "node:crypto";
import { expect } from "@playwright/test";
import { expectAccessible } from "./axe";
import { sql } from "./database";
import { makeCertificate } from "./inventory";
import { makePkcs7, makePkcs12 } from "./key-files";
import { test } from "./test";
import { fileOf, pemOf, screenOf } from "./upload-screen";

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

test("a certificate without its private key is given it on its page, and nothing but its own", async ({
  enter,
  accountId,
}) => {
  const [mine, other] = [await makeCertificate({ name: "keyless.example.test" }), await makeCertificate({ name: "x" })];
  const { page } = await enter("member");
  await page.goto("/certificates/upload");
  const { files, upload, results } = screenOf(page);
  await files.setInputFiles([fileOf("mine.pem", mine.pem)]);
  await upload.click();
  await results.getByRole("link", { name: "keyless.example.test" }).click();
  const add = page.getByRole("button", { name: "Add private key" });
  await add.click();
  const dialog = page.getByRole("dialog", { name: "Add private key" });
  await expectAccessible(page, "the dialog that adds a private key");
  const key = dialog.getByRole("textbox", { name: "Private key (PEM)" });
  await key.fill(pemOf(other.privateKey));
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(dialog.getByRole("alert")).toContainText("The private key does not belong to the certificate.");
  await key.fill(pemOf(mine.privateKey));
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("region", { name: "Details" })).toContainText("Private keyKept, encrypted");
  await expect(page.getByRole("region", { name: "History" })).toContainText("Private key added by member");
  await expect(add).toBeHidden();
  await expectSealed(accountId, pemOf(mine.privateKey).split("\n")[1] ?? "");
  await page.goto("/");
  await page.getByRole("button", { name: "Delete keyless.example.test" }).click();
  await expect(page.getByRole("alertdialog")).toContainText("Its private key is destroyed too.");
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
