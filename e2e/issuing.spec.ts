import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, type Page } from "@playwright/test";
import { makeKey } from "@/lib/pki/keys";
import { makeRequest } from "@/lib/pki/requests";
import { addAcmeIssuer, addOrder } from "./issuing";
import { issueScreen, makePrivateCa } from "./issuing-screens";
import { makeAccount } from "./people";
import { test } from "./test";

/** The PEM that a download on this page gives. */
async function downloaded(page: Page, name: string): Promise<X509Certificate> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name, exact: true }).first().click(),
  ]);
  return new X509Certificate(readFileSync(await download.path()));
}

test("a product admin makes a private CA, and a member issues from it, for a key made here and for a CSR", async ({
  enter,
}) => {
  const { page: admin } = await enter("admin");
  await admin.goto("/");
  await expect(admin.getByRole("link", { name: "Issue certificate" })).toBeHidden();
  await admin.getByRole("link", { name: "Issuers" }).click();
  await expect(admin.getByText("No issuers yet")).toBeVisible();
  await makePrivateCa(admin, { name: "Example internal", maxDays: "30", permitted: "corp.test\n10.0.0.0/8" });
  const row = admin.getByRole("table", { name: "Issuers" }).getByRole("row", { name: /Example internal/ });
  await expect(row).toContainText("Private CA");
  await expect(row).toContainText("In use");
  await row.getByRole("link", { name: "Example internal" }).click();
  await expect(admin.getByRole("heading", { name: "Example internal", level: 1 })).toBeVisible();
  const authorities = admin.getByRole("list", { name: "Authorities" }).getByRole("listitem");
  await expect(authorities).toHaveCount(2);
  await expect(authorities.first()).toContainText("Root");
  await expect(authorities.last()).toContainText("Intermediate, issues certificates");
  const root = await downloaded(admin, "Download certificate");
  expect(root.subject).toContain("Example internal Root");

  const { page: member } = await enter("member");
  await member.goto("/");
  await member.getByRole("link", { name: "Issue certificate" }).click();
  const { names, days, issue, key, csr } = issueScreen(member);
  await names.fill("shop.corp.test, 10.1.2.3");
  await days.fill("20");
  await issue.click();
  await expect(member.getByRole("heading", { name: "shop.corp.test", level: 1 })).toBeVisible();
  await expect(member.getByText("The certificate was issued by Example internal.")).toBeVisible();
  const issuance = member.getByRole("region", { name: "Issuance" });
  await expect(issuance).toContainText("Example internal");
  await expect(issuance).toContainText("Kept here, encrypted");
  const made = await downloaded(member, "Download PEM");
  expect(made.subjectAltName).toBe("DNS:shop.corp.test, IP Address:10.1.2.3");
  await issuance.getByRole("link", { name: "Show the order" }).click();
  await expect(member.getByRole("region", { name: "Steps" })).toContainText("Example internal issued the certificate.");
  await member.getByRole("link", { name: "All orders" }).click();
  await expect(
    member.getByRole("table", { name: "Orders" }).getByRole("row", { name: /shop\.corp\.test/ }),
  ).toContainText("Issued");

  const { privateKeyPem } = await makeKey("ec_p256");
  const request = makeRequest({ privateKeyPem, names: ["api.corp.test"], commonName: "api.corp.test" });
  await member.goto("/certificates/issue");
  await key.selectOption("Paste a CSR");
  await csr.fill(request.pem);
  await issue.click();
  await expect(member.getByRole("heading", { name: "api.corp.test", level: 1 })).toBeVisible();
  await expect(member.getByRole("region", { name: "Issuance" })).toContainText("Not kept here");
});

test("what a CA may not certify is refused at the field, and what was typed stays", async ({ enter }) => {
  const { page } = await enter("admin");
  await page.goto("/settings/issuers");
  await makePrivateCa(page, { name: "Narrow", maxDays: "30", permitted: "corp.test" });
  await page.goto("/certificates/issue");
  const { names, days, issue, key, csr } = issueScreen(page);
  await issue.click();
  await expect(names).toHaveAttribute("aria-invalid", "true");
  await expect(names).toBeFocused();
  await names.fill("www.elsewhere.test");
  await issue.click();
  await expect(page.getByText(/www\.elsewhere\.test.*\./)).toBeVisible();
  await expect(names).toHaveValue("www.elsewhere.test");
  await names.fill("www.corp.test");
  await days.fill("31");
  await issue.click();
  await expect(days).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByText("Narrow issues for 1 to 30 days.")).toBeVisible();
  await key.selectOption("Paste a CSR");
  await csr.fill("no request");
  await issue.click();
  await expect(csr).toHaveAttribute("aria-invalid", "true");
  await page.goto("/certificates/orders");
  await expect(page.getByText("No orders yet")).toBeVisible();
});

test("an issuer is renamed, retired and brought back", async ({ enter }) => {
  const { page } = await enter("admin");
  await page.goto("/settings/issuers");
  await makePrivateCa(page, { name: "Before" });
  await page.getByRole("link", { name: "Before" }).click();
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("After");
  await page.getByRole("dialog").getByRole("switch", { name: "Renew automatically" }).uncheck();
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("heading", { name: "After", level: 1 })).toBeVisible();
  const details = page.getByRole("region", { name: "Details" });
  await expect(details).toContainText("When somebody asks for it");
  await page.getByRole("button", { name: "Retire" }).click();
  await page.getByRole("alertdialog", { name: "Retire issuer" }).getByRole("button", { name: "Retire" }).click();
  await expect(details).toContainText("Retired");
  await page.goto("/certificates/issue");
  await expect(page.getByText("No issuer is in use")).toBeVisible();
  await page.getByRole("link", { name: "Issuers" }).last().click();
  await page.getByRole("link", { name: "After" }).click();
  await page.getByRole("button", { name: "Bring back" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Bring back" }).click();
  await expect(details).toContainText("In use");
  await page.goto("/");
  await expect(page.getByRole("link", { name: "Issue certificate" })).toBeVisible();
});

test("an order that waits for DNS shows the record to set, has it checked, and is canceled", async ({
  enter,
  accountId,
}) => {
  const issuerId = await addAcmeIssuer(accountId);
  const record = { txtName: "_acme-challenge.shop.invalid", txtValue: "v".repeat(43) };
  const state = "waiting_for_dns";
  const orderId = await addOrder(
    accountId,
    { issuerId, state },
    { names: ["*.shop.invalid"], authorizations: [record] },
  );
  const { page } = await enter("member");
  await page.goto("/certificates/orders?show=open");
  await page.getByRole("link", { name: "*.shop.invalid" }).click();
  await expect(page).toHaveURL(new RegExp(orderId));
  const names = page.getByRole("region", { name: "Names" });
  await expect(names).toContainText(record.txtName);
  await expect(names).toContainText(record.txtValue);
  await expect(names.getByRole("button", { name: "Copy value" })).toBeVisible();
  await page.getByRole("button", { name: "Check" }).click();
  await expect(page.getByRole("alert").filter({ hasText: record.txtName })).toBeVisible({ timeout: 60_000 });
  await page.getByRole("button", { name: "Cancel order" }).click();
  await expect(page.getByRole("region", { name: "Details" })).toContainText("Canceled");
  await expect(page.getByRole("button", { name: "Check" })).toBeHidden();
  await page.reload();
  await expect(page.getByRole("region", { name: "Steps" })).toContainText("Canceled by");
});

test("an order that failed says why and is tried again", async ({ enter, accountId }) => {
  const issuerId = await addAcmeIssuer(accountId);
  const problem = "The CA could not connect to www.example.test.";
  const orderId = await addOrder(accountId, { issuerId, state: "failed" }, { problem });
  const { page } = await enter("member");
  await page.goto(`/certificates/orders/${orderId}`);
  await expect(page.getByText("The order failed")).toBeVisible();
  await expect(page.getByText(problem)).toBeVisible();
  await page.getByRole("button", { name: "Retry" }).click();
  await expect(page.getByRole("region", { name: "Steps" })).toContainText("had it tried again.");
  await expect(page.getByText(problem)).toBeHidden();
});

test("a viewer sees orders and issues nothing, and a member sees no issuer's page", async ({
  enter,
  accountId,
  consoles,
}) => {
  consoles.expect(/40[34]/);
  const issuerId = await addAcmeIssuer(accountId, { name: "Example ACME" });
  const orderId = await addOrder(accountId, { issuerId, state: "waiting_for_dns" });
  const { page: viewer } = await enter("viewer");
  await viewer.goto("/");
  await expect(viewer.getByRole("heading", { name: "Overview" })).toBeVisible();
  await expect(viewer.getByRole("link", { name: "Issue certificate" })).toBeHidden();
  expect((await viewer.goto("/certificates/issue"))?.status()).toBe(403);
  await expect(viewer.getByRole("heading", { name: "You cannot open this page" })).toBeVisible();
  await viewer.goto("/certificates/orders");
  await viewer.getByRole("link", { name: "www.example.test" }).click();
  await expect(viewer.getByRole("region", { name: "Details" })).toContainText("Waiting for DNS");
  for (const name of ["Check", "Retry", "Cancel order"])
    await expect(viewer.getByRole("button", { name })).toBeHidden();
  const { page: member } = await enter("member");
  for (const address of ["/settings/issuers", `/settings/issuers/${issuerId}`])
    expect((await member.goto(address))?.status(), address).toBe(403);
  await member.goto(`/certificates/orders/${orderId}`);
  await expect(member.getByRole("button", { name: "Check" })).toBeVisible();
  await expect(
    member.getByRole("region", { name: "Details" }).getByRole("link", { name: "Example ACME" }),
  ).toBeHidden();
});

test("things of another account are not found", async ({ enter, consoles }) => {
  consoles.expect(/404/);
  const { page: stranger } = await enter("admin");
  const foreign = await makeAccount();
  const issuerId = await addAcmeIssuer(foreign);
  const orderId = await addOrder(foreign, { issuerId, state: "waiting_for_dns" });
  for (const [address, heading] of [
    [`/settings/issuers/${issuerId}`, "There is no such issuer"],
    [`/certificates/orders/${orderId}`, "There is no such order"],
    ["/settings/issuers/x", "There is no such issuer"],
    ["/certificates/orders/x", "There is no such order"],
  ] as const) {
    expect((await stranger.goto(address))?.status(), address).toBe(404);
    await expect(stranger.getByRole("heading", { name: heading })).toBeVisible();
  }
});
