import { expect, type Page } from "@playwright/test";
import { overviewOf } from "./overview-screen";

/** The parts of bulk deletion by role and name: on the Overview, in its dialog, and on its own page. */
export function bulkOf(page: Page) {
  const { table, heading } = overviewOf(page);
  const bar = page.getByRole("region", { name: "Selection" });
  const dialog = page.getByRole("alertdialog", { name: "Delete certificates" });
  return {
    heading,
    bar,
    dialog,
    box: (name: string) => table.getByRole("checkbox", { name: `Select ${name}`, exact: true }),
    pageBox: table.getByRole("checkbox", { name: "Select all on this page" }),
    boxes: table.getByRole("checkbox"),
    ask: bar.getByRole("button", { name: /^Delete / }),
    all: bar.getByRole("button", { name: /^Select all / }),
    clear: bar.getByRole("button", { name: "Clear selection" }),
    word: dialog.getByRole("textbox"),
    confirm: dialog.getByRole("button", { name: /^Delete/ }),
    cancel: dialog.getByRole("button", { name: "Cancel" }),
    progress: page.getByRole("region", { name: /^(Progress|Result)$/ }),
    outcomes: page.getByRole("navigation", { name: "Outcomes" }),
    outcomeTable: page.getByRole("table", { name: "Certificates" }),
  };
}

/** Confirms what the dialog asks, which must be this. */
export async function confirmBulk(page: Page, count: string): Promise<void> {
  const { ask, dialog, word, confirm } = bulkOf(page);
  await ask.click();
  await expect(word).toHaveAccessibleName(`Type delete to delete ${count} for good.`);
  await word.fill("delete");
  await confirm.click();
  await expect(dialog).toBeHidden();
}
