import { expect } from "@playwright/test";
import { expectAccessible } from "./axe";
import { addAcmeIssuer, addOrder } from "./issuing";
import { issueScreen, makePrivateCa } from "./issuing-screens";
import { test } from "./test";

// A trace takes a picture of the page around each of axe's many steps.
test.use({ trace: "off" });
test.describe.configure({ mode: "parallel" });

for (const width of [1280, 375]) {
  test(`the screens of issuers and orders are accessible at ${width} pixels`, async ({ enter, accountId }) => {
    test.setTimeout(300_000);
    const { page } = await enter("admin", { viewport: { width, height: 800 }, reducedMotion: "reduce" });
    const dialog = page.getByRole("dialog");
    await page.goto("/settings/issuers");
    await expectAccessible(page, "issuers, empty");
    await page.getByRole("button", { name: "Add ACME issuer" }).click();
    await dialog.getByRole("button", { name: "ZeroSSL" }).click();
    await expectAccessible(page, "add ACME issuer");
    await dialog.getByRole("button", { name: "Add issuer" }).click();
    await expect(dialog.getByLabel("Name", { exact: true })).toHaveAttribute("aria-invalid", "true");
    await expectAccessible(page, "add ACME issuer, refused");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Add private CA" }).click();
    await expectAccessible(page, "add private CA");
    await dialog.getByLabel("CA", { exact: true }).selectOption("Import one with its key");
    await dialog.getByRole("button", { name: "Import CA" }).click();
    await expect(dialog.getByLabel("Private key (PEM)")).toHaveAttribute("aria-invalid", "true");
    await expectAccessible(page, "import private CA, refused");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await page.goto("/certificates/issue");
    await expectAccessible(page, "issue without an issuer");
    await page.goto("/certificates/orders");
    await expectAccessible(page, "orders, empty");

    await page.goto("/settings/issuers");
    await makePrivateCa(page, { name: "Example internal" });
    const issuerId = await addAcmeIssuer(accountId);
    await page.reload();
    await expectAccessible(page, "issuers");
    await page.getByRole("link", { name: "Example internal" }).click();
    await expect(page.getByRole("list", { name: "Authorities" })).toBeVisible();
    await expectAccessible(page, "one private CA");
    await page.getByRole("button", { name: "Edit" }).click();
    await expectAccessible(page, "edit issuer");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Retire" }).click();
    await expectAccessible(page, "retire issuer");
    await page.goto(`/settings/issuers/${issuerId}`);
    await expectAccessible(page, "one ACME issuer");

    await page.goto("/certificates/issue");
    const { issuer, names, issue, key } = issueScreen(page);
    await expectAccessible(page, "issue");
    await issue.click();
    await expect(names).toHaveAttribute("aria-invalid", "true");
    await expectAccessible(page, "issue, refused");
    await key.selectOption("Paste a CSR");
    await issuer.selectOption("Example ACME (ACME)");
    await expectAccessible(page, "issue for a CSR by ACME");
    await key.selectOption("Made here: EC P-256");
    await issuer.selectOption("Example internal (Private CA)");
    await names.fill("www.example.test");
    await issue.click();
    await expect(page.getByRole("region", { name: "Issuance" })).toBeVisible();
    await expectAccessible(page, "issued certificate");

    const waiting = await addOrder(
      accountId,
      { issuerId, state: "waiting_for_dns" },
      {
        authorizations: [
          { txtName: "_acme-challenge.www.example.test", txtValue: "v".repeat(43) },
          { status: "valid" },
        ],
      },
    );
    const failed = await addOrder(
      accountId,
      { issuerId, state: "failed" },
      { problem: "Nothing answered.", authorizations: [{ status: "invalid", problem: "Connection refused" }] },
    );
    for (const address of ["/certificates/orders", ...[waiting, failed].map((id) => `/certificates/orders/${id}`)]) {
      await page.goto(address);
      await expectAccessible(page, address);
    }
    await page.setViewportSize({ width: 320, height: 640 });
    for (const address of ["/settings/issuers", `/settings/issuers/${issuerId}`, `/certificates/orders/${waiting}`]) {
      await page.goto(address);
      expect.soft(await page.evaluate(scrollSideways), address).toBe(0);
    }
  });
}

/** How far the page can be moved to the side. */
function scrollSideways(): number {
  window.scrollTo(10_000, 0);
  return window.scrollX;
}
