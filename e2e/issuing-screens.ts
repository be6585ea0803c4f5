import { expect, type Page } from "@playwright/test";

type NewCa = { name: string; maxDays?: string; permitted?: string };

/** Makes a private CA through the list of issuers, where the page is. */
export async function makePrivateCa(page: Page, { name, maxDays = "90", permitted = "" }: NewCa): Promise<void> {
  await page.getByRole("button", { name: "Add private CA" }).click();
  const dialog = page.getByRole("dialog", { name: "Add private CA" });
  await dialog.getByRole("textbox", { name: "Name", exact: true }).fill(name);
  await dialog.getByRole("spinbutton", { name: "Certificates valid for (days)" }).fill(maxDays);
  await dialog.getByRole("textbox", { name: "Permitted names" }).fill(permitted);
  await dialog.getByRole("button", { name: "Add CA" }).click();
  await expect(dialog).toBeHidden({ timeout: 60_000 });
  await expect(page.getByRole("table", { name: "Issuers" }).getByRole("link", { name })).toBeVisible();
}

/** The fields of the Issue screen. */
export function issueScreen(page: Page) {
  return {
    issuer: page.getByRole("combobox", { name: "Issuer" }),
    key: page.getByRole("combobox", { name: "Key" }),
    names: page.getByRole("textbox", { name: "Names" }),
    csr: page.getByRole("textbox", { name: "CSR (PEM)" }),
    days: page.getByRole("spinbutton", { name: "Valid for (days)" }),
    challenge: page.getByRole("combobox", { name: "Challenge" }),
    issue: page.getByRole("button", { name: "Issue", exact: true }),
  };
}
