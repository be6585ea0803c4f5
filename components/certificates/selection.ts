import type { CertificateRow } from "@/lib/certificates/schema";
import { type Blocker, BULK_CHOSEN_MAX, LIVE_STATUSES } from "@/lib/removal/rules";
import type { SelectionView } from "@/lib/removal/schema";

/** What is selected on the Overview: rows, as they were seen last, by id; or everything that matches its filter. */
export type Selected = { kind: "chosen"; rows: ReadonlyMap<string, CertificateRow> } | { kind: "all" };

export const NOTHING: Selected = { kind: "chosen", rows: new Map() };

export function isSelected(selected: Selected, id: string): boolean {
  return selected.kind === "all" || selected.rows.has(id);
}

/** How much of a page is selected: what its checkbox shows. */
export function pageState(selected: Selected, page: readonly CertificateRow[]): "all" | "some" | "none" {
  const count = page.filter((row) => isSelected(selected, row.id)).length;
  if (count === 0) return "none";
  return count === page.length ? "all" : "some";
}

type Change = { rows: readonly CertificateRow[]; isOn: boolean; page: readonly CertificateRow[] };

/**
 * The selection with some rows put in or taken out. No more than BULK_CHOSEN_MAX go in. Where all that match were
 * selected and one is taken out, the rest of the page stays: what cannot be seen is not selected one by one.
 */
export function changed(selected: Selected, { rows, isOn, page }: Change): Selected {
  const next = new Map(selected.kind === "all" ? page.map((row) => [row.id, row]) : selected.rows);
  for (const row of rows) {
    if (!isOn) next.delete(row.id);
    else if (next.has(row.id) || next.size < BULK_CHOSEN_MAX) next.set(row.id, row);
  }
  return { kind: "chosen", rows: next };
}

/** The selection with what a page says of its rows now. */
export function refreshed(selected: Selected, page: readonly CertificateRow[]): Selected {
  if (selected.kind === "all") return selected;
  const seen = page.filter((row) => selected.rows.has(row.id) && selected.rows.get(row.id) !== row);
  return seen.length === 0 ? selected : changed(selected, { rows: seen, isOn: true, page });
}

/** The rows from one to another, both included, whichever comes first; the second alone when the first is not there. */
export function rowsBetween(page: readonly CertificateRow[], fromId: string | null, toId: string): CertificateRow[] {
  const to = page.findIndex((row) => row.id === toId);
  const from = page.findIndex((row) => row.id === fromId);
  if (from === -1) return page.slice(to, to + 1);
  return page.slice(Math.min(from, to), Math.max(from, to) + 1);
}

/** What would become of chosen rows; each counts once, under its first blocker. */
export function weighRows(rows: readonly CertificateRow[]): SelectionView {
  const blockedBy = (blocker: Blocker) => rows.filter((row) => row.blockers[0]?.blocker === blocker).length;
  const removable = rows.filter((row) => row.blockers.length === 0);
  return {
    total: rows.length,
    removable: removable.length,
    live: removable.filter((row) => LIVE_STATUSES.some((status) => status === row.status)).length,
    stillValid: blockedBy("still_valid"),
    deployed: blockedBy("deployed"),
    synced: blockedBy("synced"),
    isCapped: false,
  };
}
