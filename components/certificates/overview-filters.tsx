"use client";

import { useEffect, useRef, useState } from "react";
import { type Counted, formatCount } from "@/components/certificates/counts";
import { overviewAddress } from "@/components/certificates/use-overview-address";
import { Chip } from "@/components/ui/chip";
import { SearchField } from "@/components/ui/search-field";
import { Select } from "@/components/ui/select";
import { LIST_SORTS, type ListSort } from "@/lib/certificates/address";
import {
  SEARCH_LIMIT,
  STATUS_CHOICES,
  STATUS_LABELS,
  STATUSES,
  USE_FILTER_LABELS,
  USE_FILTERS,
} from "@/lib/certificates/rules";
import type { ListQuery, ListSummary } from "@/lib/certificates/schema";
import { formatMonthUtc } from "@/lib/dates/rules";

/** A pause in typing after which the list is asked for. */
const PAUSE_MS = 200;

const SORT_LABELS: Record<ListSort, string> = {
  expiry: "Expiring first",
  "-expiry": "Expiring last",
  name: "Name, A to Z",
  "-name": "Name, Z to A",
  "-added": "Added last",
  added: "Added first",
};

type Props = {
  query: ListQuery;
  summary: ListSummary | undefined;
  onPush: (query: Partial<ListQuery>) => void;
  onReplace: (query: Partial<ListQuery>) => void;
};

export function OverviewFilters({ query, summary, onPush, onReplace }: Props) {
  const { after: _after, before: _before, ...kept } = query;
  return (
    <div className="mb-2.5 flex flex-wrap items-center gap-2">
      <Select
        label="Status"
        hideLabel
        value={query.status ?? ""}
        options={[
          { value: "", label: withCount("All statuses", summary && inAll(summary)) },
          ...STATUS_CHOICES.map((status) => ({
            value: status,
            label: withCount(
              STATUS_LABELS[status],
              summary && { count: summary.byStatus[status], isLeast: summary.isPartial },
            ),
          })),
        ]}
        onChange={(event) => onPush({ ...kept, status: STATUSES.find((status) => status === event.target.value) })}
      />
      <Select
        label="In use"
        hideLabel
        value={query.use ?? ""}
        options={[
          { value: "", label: "Any use or none" },
          ...USE_FILTERS.map((use) => ({ value: use, label: USE_FILTER_LABELS[use] })),
        ]}
        onChange={(event) => onPush({ ...kept, use: USE_FILTERS.find((use) => use === event.target.value) })}
      />
      <OverviewSearch typed={query.q ?? ""} onSearch={(q) => onReplace({ ...kept, q: q === "" ? undefined : q })} />
      <Select
        label="Sort"
        hideLabel
        value={query.sort}
        options={LIST_SORTS.map((sort) => ({ value: sort, label: SORT_LABELS[sort] }))}
        onChange={(event) =>
          onPush({ ...kept, sort: LIST_SORTS.find((sort) => sort === event.target.value) ?? "expiry" })
        }
      />
      {query.deletable === undefined ? null : (
        <Chip label="May be deleted now" href={overviewAddress({ ...kept, deletable: undefined })} />
      )}
      {query.expires === undefined ? null : (
        <Chip label={`Expires ${expiryLabel(query.expires)}`} href={overviewAddress({ ...kept, expires: undefined })} />
      )}
    </div>
  );
}

/** Without a figure where counting stopped before it met one. */
function withCount(label: string, counted: Counted | undefined): string {
  if (counted === undefined || (counted.isLeast && counted.count === 0)) return label;
  return `${label} (${formatCount(counted)})`;
}

/** Every certificate has exactly one status. */
function inAll({ byStatus, isPartial }: ListSummary): Counted {
  return { count: Object.values(byStatus).reduce((sum, count) => sum + count, 0), isLeast: isPartial };
}

function OverviewSearch({ typed, onSearch }: { typed: string; onSearch: (text: string) => void }) {
  const [text, setText] = useState(typed);
  const asked = useRef(typed);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  // Back, forward and "Clear filters" change the address from outside; what is typed here does not come back.
  useEffect(() => {
    if (typed === asked.current) return;
    asked.current = typed;
    setText(typed);
  }, [typed]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const ask = (next: string) => {
    asked.current = next.trim();
    onSearch(asked.current);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: the search element is not yet known to every browser in use
    <form
      role="search"
      className="min-w-0 max-wide:order-last max-wide:w-full wide:w-80"
      onSubmit={(event) => {
        event.preventDefault();
        clearTimeout(timer.current);
        ask(text);
      }}
    >
      <SearchField
        label="Search"
        name="q"
        placeholder="Name, domain, issuer, serial, fingerprint"
        value={text}
        maxLength={SEARCH_LIMIT}
        onChange={(event) => {
          const next = event.target.value;
          setText(next);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => ask(next), PAUSE_MS);
        }}
      />
    </form>
  );
}

/** "in Oct 2026", "up to May 2026", "from Jun 2028". */
export function expiryLabel(months: string): string {
  const month = formatMonthUtc(new Date(`${months.replaceAll("..", "")}-01T00:00:00Z`));
  if (months.startsWith("..")) return `up to ${month}`;
  return months.endsWith("..") ? `from ${month}` : `in ${month}`;
}
