import { X509Certificate } from "node:crypto";
import { expect } from "@playwright/test";
import { expectAccessible } from "./axe";
import { sql } from "./database";
import { addCertificates, addDeployment } from "./inventory";
import { overviewOf } from "./overview-screen";
import { makePerson, signIn } from "./people";
import { actionsOf, issueNew, makePending } from "./revocable";
import { test } from "./test";

async function adminCookie(accountId: string) {
  return signIn((await makePerson(accountId, "admin", "boss")).email);
}

test("a certificate is issued, revoked, deleted, and its CA's list still has it", async ({
  enter,
  accountId,
  request,
}) => {
  const id = await issueNew(await adminCookie(accountId));
  await addDeployment(accountId, id);
  const { page } = await enter("member");
  const { row, remove, dialog: deletion } = overviewOf(page);
  const { button, menu, item, dialog, reason, typed, confirm, cancel, notifications } = actionsOf(page);
  await page.goto("/");
  const name = "shop.example.test";
  await expect(row(name)).toContainText("Valid");
  await expect(remove(name)).toHaveAttribute("aria-disabled", "true");
  await expect(remove(name)).toHaveAccessibleDescription(/Revoke it first/);

  // By the keyboard alone, there and back.
  await button(name).focus();
  await page.keyboard.press("Enter");
  await expect(menu(name)).toBeVisible();
  await expect(page.getByRole("menuitem")).toHaveText(["Details", "Download PEM", "Renew", "Revoke…"]);
  await expect(item("Details")).toBeFocused();
  await expectAccessible(page, "the menu of a row");
  await page.keyboard.press("End");
  await expect(item("Revoke…")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(item("Details")).toBeFocused();
  await page.keyboard.press("r");
  await expect(item("Renew")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(menu(name)).toHaveCount(0);
  await expect(button(name)).toBeFocused();

  await button(name).click();
  await item("Revoke…").click();
  await expect(dialog).toContainText("This cannot be undone");
  await expect(cancel).toBeFocused();
  await expect(dialog.getByRole("list", { name: "What uses it now" })).toContainText("Load balancer");
  await expect(confirm).toHaveAttribute("aria-disabled", "true");
  await expect(confirm).toHaveAccessibleDescription("Type the certificate's name first.");
  await expectAccessible(page, "the dialog that revokes");
  await cancel.click();
  await expect(button(name)).toBeFocused();

  await button(name).click();
  await item("Revoke…").click();
  await reason.selectOption("keyCompromise");
  await typed.fill(name);
  await confirm.click();
  await expect(notifications).toContainText("shop.example.test was revoked.");
  await expect(dialog).toHaveCount(0);
  await expect(row(name)).toContainText("Revoked");
  const [kept] = await sql()<{ reason: string; serial_hex: string; authority_id: string }[]>`
    select reason, serial_hex, authority_id from revocations where account_id = ${accountId}`;
  expect(kept).toMatchObject({ reason: "keyCompromise" });
  const [{ pem } = { pem: "" }] = await sql()<{ pem: string }[]>`
    select pem from certificate_contents where account_id = ${accountId} and id = ${id}`;
  expect(BigInt(`0x${new X509Certificate(pem).serialNumber}`)).toBe(BigInt(`0x${kept?.serial_hex}`));

  // Only behind a warning from now on.
  await button(name).click();
  await expect(page.getByRole("menuitem")).toHaveText(["Details", "Download PEM…"]);
  await item("Download PEM…").click();
  const warning = page.getByRole("alertdialog", { name: "Download a revoked certificate" });
  await expectAccessible(page, "the warning before a revoked certificate is downloaded");
  const downloading = page.waitForEvent("download");
  await warning.getByRole("button", { name: "Download" }).click();
  expect((await downloading).suggestedFilename()).toMatch(/\.pem$/);

  await sql()`delete from deployments where account_id = ${accountId}`;
  await page.reload();
  await remove(name).click();
  await deletion.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("link", { name: "Removal record" }).click();
  await expect(page.getByRole("region", { name: "Removal" })).toContainText("Revoked on");
  const list = await request.get(`/pki/${kept?.authority_id}/crl`);
  expect(list.status()).toBe(200);
  expect((await list.body()).includes(Buffer.from(kept?.serial_hex ?? "none", "hex"))).toBe(true);
  // Base64 whose slashes a client did not escape is no address of its own, whatever stands beside a slash.
  for (const address of ["MA//", "MEQ/w/"]) {
    const status = await request.get(`/pki/${kept?.authority_id}/ocsp/${address}`, { maxRedirects: 0 });
    expect([address, status.status(), status.headers()["content-type"]]).toEqual([
      ...[address, 200, "application/ocsp-response"],
    ]);
  }
});

test("on its page a certificate is revoked and renewed, and a deletion leads to Revoke", async ({
  enter,
  accountId,
}) => {
  const admin = await adminCookie(accountId);
  const id = await issueNew(admin, { name: "page.example.test" });
  const { page } = await enter("member");
  const { dialog, typed, confirm, notifications } = actionsOf(page);
  await page.goto(`/certificates/${id}`);
  await page.getByRole("button", { name: "Delete page.example.test" }).focus();
  await page.getByRole("link", { name: "Revoke", exact: true }).click();
  await expect(page.getByRole("button", { name: "Revoke", exact: true })).toBeFocused();
  await page.getByRole("button", { name: "Renew", exact: true }).click();
  await expect(notifications).toContainText("It was renewed: this is the new certificate.");
  await expect(page).not.toHaveURL(new RegExp(id));
  await page.goto(`/certificates/${id}`);
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await typed.fill("page.example.test");
  await confirm.click();
  await expect(notifications).toContainText("page.example.test was revoked.");
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await expect(page.getByRole("region", { name: "Details" })).toContainText("Revoked");
  await expect(page.getByRole("button", { name: "Revoke", exact: true })).toHaveCount(0);
  await expect(page.getByRole("region", { name: "History" })).toContainText("Revoked: its CA has confirmed it");
});

for (const width of [1280, 375]) {
  test(`a revocation that is pending says so everywhere, and can be tried again, at ${width} pixels`, async ({
    enter,
    accountId,
  }) => {
    const id = await issueNew(await adminCookie(accountId), { name: "slow.example.test" });
    await makePending(accountId, id, "The CA refused. Its order was canceled.");
    await addCertificates(accountId, [{ name: "other.example.test" }]);
    const { page } = await enter("member", { viewport: { width, height: 800 }, reducedMotion: "reduce" });
    const { row, remove } = overviewOf(page);
    const { button, notifications } = actionsOf(page);
    await page.goto("/");
    await expect(row("slow.example.test")).toContainText("Revocation pending");
    await expect(remove("slow.example.test")).toHaveAccessibleDescription(/Its revocation is under way/);
    await button("other.example.test").click();
    await expect(page.getByRole("menuitem")).toHaveText(["Details", "Download PEM", "Check revocation"]);
    await button("slow.example.test").click();
    await expect(page.getByRole("menuitem")).toHaveText(["Details", "Retry the revocation"]);
    await expectAccessible(page, `the menu of a pending one at ${width}`);
    await page.getByRole("menuitem", { name: "Details" }).click();
    const main = page.getByRole("main");
    await expect(main).toContainText("Its revocation is pending: its CA has not confirmed it yet.");
    await expect(main).toContainText("Attempt 3: The CA refused. Its order was canceled.");
    await expect(main).toContainText("it is not asked again by itself");
    await expectAccessible(page, `the page of a pending one at ${width}`);
    await page.getByRole("button", { name: "Retry revocation" }).click();
    await expect(notifications).toContainText("slow.example.test is not revoked yet.");
    await expect(main).toContainText("Attempt 4:");
  });
}

test("a viewer is told who may revoke and renew", async ({ enter, accountId }) => {
  const id = await issueNew(await adminCookie(accountId), { name: "seen.example.test" });
  const { page } = await enter("viewer");
  const { button, item } = actionsOf(page);
  await page.goto("/");
  await button("seen.example.test").click();
  await expect(item(/^Revoke/)).toHaveAttribute("aria-disabled", "true");
  await expect(item(/^Revoke/)).toHaveAccessibleDescription(/Viewers may not revoke/);
  await item(/^Revoke/).click({ force: true });
  await expect(page.getByRole("alertdialog")).toHaveCount(0);
  await page.goto(`/certificates/${id}`);
  const revoke = page.getByRole("button", { name: "Revoke", exact: true });
  await expect(revoke).toHaveAttribute("aria-disabled", "true");
  await expect(page.getByRole("button", { name: "Renew", exact: true })).toHaveAttribute("aria-disabled", "true");
});
