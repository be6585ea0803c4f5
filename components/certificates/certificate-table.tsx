"use client";

import type { KeyboardEvent } from "react";
import { CertificateRow } from "@/components/certificates/certificate-row";
import { overviewAddress } from "@/components/certificates/use-overview-address";
import type { PageSelection } from "@/components/certificates/use-selection";
import { Checkbox } from "@/components/ui/checkbox";
import { Table, Th } from "@/components/ui/table";
import type { SortKey } from "@/lib/certificates/rules";
import type { CertificatePage, ListQuery, CertificateRow as Row } from "@/lib/certificates/schema";

type Props = {
  page: CertificatePage;
  query: ListQuery;
  dimmed: boolean;
  mayDelete: boolean;
  selection: PageSelection;
  onDelete: (row: Row) => void;
  /** The id of the row whose menu, or what it opened, is open. */
  acting: string | null;
  onAct: (row: Row, anchor: HTMLElement) => void;
};

/**
 * The inventory as a table. Arrow keys go from name to name, Enter opens, Delete asks to delete; from checkbox to
 * checkbox likewise, where Space selects and Delete asks to delete what is selected.
 */
export function CertificateTable({ page, query, dimmed, mayDelete, selection, onDelete, acting, onAct }: Props) {
  const now = new Date(page.now);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: shortcuts beside the links and buttons inside, which do the same
    <div onKeyDown={moveByKeys}>
      <Table
        label="Certificates"
        dimmed={dimmed}
        head={
          <>
            {mayDelete ? (
              <Th isControl>
                <Checkbox
                  label="Select all on this page"
                  hideLabel
                  data-page-select
                  checked={selection.page === "all"}
                  indeterminate={selection.page === "some"}
                  onChange={selection.togglePage}
                />
              </Th>
            ) : null}
            <Th sort={sortBy("name", query)}>Certificate</Th>
            <Th>Status</Th>
            <Th>Issuer</Th>
            <Th sort={sortBy("expiry", query)}>Expires</Th>
            <Th>In use</Th>
            <Th>Source</Th>
            <Th align="end">Actions</Th>
          </>
        }
      >
        {page.rows.map((row) => (
          <CertificateRow
            key={row.id}
            row={row}
            now={now}
            mayDelete={mayDelete}
            isSelected={selection.has(row.id)}
            onSelect={selection.toggle}
            onDelete={onDelete}
            isActing={acting === row.id}
            onAct={onAct}
          />
        ))}
      </Table>
    </div>
  );
}

/** The link of a column's heading: sorts by it, or turns its order round. */
function sortBy(key: SortKey, query: ListQuery) {
  const { after: _after, before: _before, ...kept } = query;
  const rising = query.sort === key;
  const falling = query.sort === `-${key}`;
  const direction = rising ? ("ascending" as const) : falling ? ("descending" as const) : ("none" as const);
  return { href: overviewAddress({ ...kept, sort: rising ? `-${key}` : key }), direction };
}

function moveByKeys(event: KeyboardEvent<HTMLElement>): void {
  const here = event.target;
  if (!(here instanceof HTMLElement) || event.altKey || event.ctrlKey || event.metaKey) return;
  const id = here.dataset.rowLink;
  if (id === undefined && here.dataset.rowSelect === undefined) return;
  const column = id === undefined ? "[data-row-select]" : "[data-row-link]";
  const stops = Array.from(event.currentTarget.querySelectorAll<HTMLElement>(column));
  const position = stops.indexOf(here);
  const target = { ArrowDown: position + 1, ArrowUp: position - 1, Home: 0, End: stops.length - 1 }[event.key];
  if (target !== undefined) {
    event.preventDefault();
    stops[target]?.focus();
  }
  if (event.key === "Delete") {
    event.preventDefault();
    const button = id === undefined ? "[data-delete-selected]" : `[data-row-delete="${id}"]`;
    document.querySelector<HTMLElement>(button)?.click();
  }
}
