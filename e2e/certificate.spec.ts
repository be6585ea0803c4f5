import { readFileSync } from "node:fs";
import { expect } from "@playwright/test";
import { sql } from "./database";
import { addCertificate, addDeployment } from "./inventory";
import { makeAccount } from "./people";
import { test } from "./test";

test("a certificate's page shows what it says, where it is used and what happened", async ({ enter, accountId }) => {
  const { id, pem, fingerprint } = await addCertificate(accountId, {
    name: "www.example.test",
    dnsNames: ["www.example.test", "shop.example.test"],
  });
  const { page } = await enter("viewer");
  await page.goto("/");
  await page.getByRole("link", { name: "www.example.test", exact: true }).click();
  await expect(page).toHaveURL(`/certificates/${id}`);
  await expect(page.getByRole("heading", { name: "www.example.test", level: 1 })).toBeVisible();
  const details = page.getByRole("region", { name: "Details" });
  for (const said of ["CN=www.example.test", "shop.example.test", fingerprint, "Valid", "EC", "SHA-256"]) {
    await expect(details).toContainText(said);
  }
  await expect(page.getByRole("region", { name: "In use" })).toContainText("No service is known to use it.");
  await expect(page.getByRole("region", { name: "History" })).toContainText(/Uploaded.*by uploader-/);
  await expect(page.getByRole("region", { name: "History" })).toContainText("It may be deleted now.");
  await expect(page.getByRole("button", { name: "Add deployment" })).toHaveCount(0);

  const pemDownload = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download PEM" }).click();
  const saved = await pemDownload;
  expect(saved.suggestedFilename()).toBe(`www.example.test-${fingerprint.slice(0, 8)}.pem`);
  expect(readFileSync(await saved.path(), "utf8")).toBe(`${pem.trimEnd()}\n`);
  const derDownload = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download DER" }).click();
  const body = pem.replace(/-----[A-Z ]+-----|\s/g, "");
  expect(readFileSync(await (await derDownload).path()).toString("base64")).toBe(body);
});

test("the PEM is copied as it came", async ({ enter, accountId }) => {
  const { id, pem } = await addCertificate(accountId, { name: "copy.example.test" });
  const { page } = await enter("viewer", { permissions: ["clipboard-read", "clipboard-write"] });
  await page.goto(`/certificates/${id}`);
  await page.getByRole("button", { name: "Copy PEM" }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain(pem.trim());
});

test("a member adds a deployment, which blocks deletion at once, and removes it again", async ({
  enter,
  accountId,
}) => {
  const { id } = await addCertificate(accountId, { name: "used.example.test", expiresIn: -40 });
  const { page, person } = await enter("member");
  await page.goto(`/certificates/${id}`);
  const form = page.getByRole("form", { name: "Add deployment" });
  await form.getByRole("button", { name: "Add deployment" }).click();
  await expect(form.getByText("Say which service uses the certificate.")).toBeVisible();
  await form.getByLabel("Service").fill("Web shop");
  await form.getByLabel("Resource").fill("shop.example.test:443");
  await form.getByLabel("Note").fill("behind the proxy");
  await form.getByRole("button", { name: "Add deployment" }).click();
  const use = page.getByRole("region", { name: "In use" });
  await expect(use.getByRole("listitem")).toContainText("Web shop shop.example.test:443");
  await expect(use.getByRole("listitem")).toContainText("behind the proxy");
  await expect(use.getByRole("listitem")).toContainText(person.email);
  await expect(page.getByRole("region", { name: "History" })).toContainText("Deployment added: Web shop");
  await expect(page.getByRole("button", { name: "Delete used.example.test" })).toHaveAttribute("aria-disabled", "true");

  await form.getByLabel("Service").fill("Web shop");
  await form.getByLabel("Resource").fill("shop.example.test:443");
  await form.getByRole("button", { name: "Add deployment" }).click();
  await expect(form.getByRole("alert")).not.toBeEmpty();
  expect(await sql()`select from deployments where certificate_id = ${id}`).toHaveLength(1);

  await use.getByRole("button", { name: "Remove Web shop shop.example.test:443" }).click();
  const dialog = page.getByRole("alertdialog", { name: "Remove deployment" });
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await dialog.getByRole("button", { name: "Remove" }).click();
  await expect(use).toContainText("No service is known to use it.");
  await expect(page.getByRole("region", { name: "History" })).toContainText("Deployment removed: Web shop");
  await expect(page.getByRole("button", { name: "Delete used.example.test" })).not.toHaveAttribute("aria-disabled");
});

test("another account's certificate and an unknown one answer the same", async ({ enter, consoles }) => {
  consoles.expect(/404/);
  const other = await makeAccount();
  const { id } = await addCertificate(other, { name: "secret.example.test" });
  await addDeployment(other, id);
  const { page } = await enter("admin");
  const texts: string[] = [];
  for (const address of [
    `/certificates/${id}`,
    "/certificates/01a1ad2a-2b1c-7aaa-8aaa-0123456789ab",
    "/certificates/x",
  ]) {
    const answer = await page.goto(address);
    expect(answer?.status()).toBe(404);
    texts.push(await page.getByRole("main").innerText());
  }
  expect(new Set(texts).size).toBe(1);
  expect(texts[0]).not.toContain("secret");
});
