"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import {
  changed,
  isSelected,
  NOTHING,
  pageState,
  refreshed,
  rowsBetween,
  type Selected,
} from "@/components/certificates/selection";
import type { CertificateRow, ListFilter } from "@/lib/certificates/schema";

export type PageSelection = {
  selected: Selected;
  /** Whether anything was selected since the filter changed: then losing it is worth saying. */
  wasUsed: boolean;
  has: (id: string) => boolean;
  page: "all" | "some" | "none";
  /** Puts a row in or takes it out; with `isRange` all rows from the one before. */
  toggle: (row: CertificateRow, isRange: boolean) => void;
  togglePage: () => void;
  selectAll: () => void;
  clear: () => void;
  drop: (id: string) => void;
};

type Held = { filterKey: string; selected: Selected; wasUsed: boolean };

/** Beside the queries, which are this person's and of this tab too. */
const HELD_KEY = ["selection"];

/**
 * The selection on the Overview: it stays while pages are turned and while a certificate is looked at, and is dropped
 * when the filter changes.
 */
export function useSelection(filter: ListFilter, page: readonly CertificateRow[]): PageSelection {
  const filterKey = JSON.stringify([filter.status, filter.q, filter.deletable, filter.use, filter.expires]);
  const client = useQueryClient();
  const [held, setHeld] = useState(
    () => client.getQueryData<Held>(HELD_KEY) ?? { filterKey, selected: NOTHING, wasUsed: false },
  );
  useEffect(() => void client.setQueryData(HELD_KEY, held), [client, held]);
  const lastToggled = useRef<string | null>(null);
  if (held.filterKey !== filterKey) setHeld({ filterKey, selected: NOTHING, wasUsed: held.wasUsed });
  const selected = refreshed(held.filterKey === filterKey ? held.selected : NOTHING, page);
  const hold = (next: Selected) => setHeld({ filterKey, selected: next, wasUsed: true });
  const state = pageState(selected, page);

  return {
    selected,
    wasUsed: held.wasUsed,
    has: (id) => isSelected(selected, id),
    page: state,
    toggle: (row, isRange) => {
      const rows = rowsBetween(page, isRange ? lastToggled.current : null, row.id);
      lastToggled.current = row.id;
      hold(changed(selected, { rows, isOn: !isSelected(selected, row.id), page }));
    },
    togglePage: () =>
      hold(selected.kind === "all" ? NOTHING : changed(selected, { rows: page, isOn: state !== "all", page })),
    selectAll: () => hold({ kind: "all" }),
    clear: () => hold(NOTHING),
    drop: (id) => {
      if (selected.kind === "chosen" && selected.rows.has(id)) {
        const rows = new Map(selected.rows);
        rows.delete(id);
        hold({ kind: "chosen", rows });
      }
    },
  };
}
