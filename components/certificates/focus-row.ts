import { PAGE_HEADING_ID } from "@/components/ui/page-header";

/** The focus after a row has left: on the row that took its place, else on the last one, else on the heading. */
export function focusRow(position: number): void {
  // Only once React has taken the dialog away: nothing behind it takes the focus, and closing it gives the focus back.
  requestAnimationFrame(() => {
    if (document.querySelector("dialog[open]")) return focusRow(position);
    const links = Array.from(document.querySelectorAll<HTMLElement>("[data-row-link]"));
    const target = links[position] ?? links.at(-1) ?? document.getElementById(PAGE_HEADING_ID);
    target?.focus();
  });
}

/** The focus after the dialog about a certificate was closed and its row, which had left for a while, is there again. */
export function focusRowOf(id: string): void {
  requestAnimationFrame(() => {
    if (document.querySelector("dialog[open]")) return focusRowOf(id);
    if (document.activeElement !== document.body) return;
    document.querySelector<HTMLElement>(`[data-row-delete="${id}"]`)?.focus();
  });
}

/** The focus after several certificates were deleted at once: on the heading, near which the progress is told. */
export function focusHeading(): void {
  requestAnimationFrame(() => {
    if (document.querySelector("dialog[open]")) return focusHeading();
    document.getElementById(PAGE_HEADING_ID)?.focus();
  });
}

/** The focus after a selection was cleared: on the checkbox of the page, whose bar is away. */
export function focusPageSelect(): void {
  document.querySelector<HTMLElement>("[data-page-select]")?.focus({ preventScroll: true });
}
