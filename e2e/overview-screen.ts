import { expect, type Page } from "@playwright/test";

/** The parts of the Overview by role and name. */
export function overviewOf(page: Page) {
  const table = page.getByRole("table", { name: "Certificates" });
  return {
    table,
    heading: page.getByRole("heading", { name: "Overview", level: 1 }),
    status: page.getByRole("combobox", { name: "Status" }),
    search: page.getByRole("searchbox", { name: "Search" }),
    rows: table.getByRole("row").filter({ has: page.getByRole("cell") }),
    /** The links with the names of certificates, all of which end alike in these tests. */
    names: table.getByRole("link").filter({ hasText: /\.example\.test$/ }),
    row: (name: string) => table.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) }),
    link: (name: string) => table.getByRole("link", { name, exact: true }),
    remove: (name: string) => table.getByRole("button", { name: `Delete ${name}`, exact: true }),
    dialog: page.getByRole("alertdialog", { name: "Delete certificate" }),
  };
}

/** Waits until the table shows exactly these certificates, in this order. */
export async function expectNames(page: Page, names: string[]): Promise<void> {
  await expect(overviewOf(page).names).toHaveText(names);
}
