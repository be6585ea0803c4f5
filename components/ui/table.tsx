import Link from "next/link";
import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names";
import type { Href } from "./href";
import { Icon } from "./icon";

// On a narrow screen a row is a grid of two lines. Changing `display` takes a table's meaning away in some
// browsers, so each part says its role.

type TableProps = { label: string; dimmed?: boolean; head: ReactNode; children: ReactNode };

/** A list as a table. `head` is the Th cells, `children` the Tr rows; `dimmed` while newer rows are on their way. */
export function Table({ label, dimmed, head, children }: TableProps) {
  return (
    <table
      // biome-ignore lint/a11y/noRedundantRoles: kept when display is not table
      role="table"
      aria-label={label}
      aria-busy={dimmed || undefined}
      className="w-full border-collapse max-wide:block"
    >
      {/* biome-ignore lint/a11y/noRedundantRoles: kept when display is not table */}
      <thead role="rowgroup" className="max-wide:block">
        {/* biome-ignore lint/a11y/noRedundantRoles: kept when display is not table */}
        <tr role="row" className="max-wide:flex max-wide:flex-wrap max-wide:gap-x-3">
          {head}
        </tr>
      </thead>
      {/* biome-ignore lint/a11y/noRedundantRoles: kept when display is not table */}
      <tbody role="rowgroup" className={classNames("transition-opacity max-wide:block", dimmed && "opacity-50")}>
        {children}
      </tbody>
    </table>
  );
}

type TrProps = ComponentProps<"tr"> & { selected?: boolean };

/** A row. Narrow, its cells stand where their `narrow` says. */
export function Tr({ selected, className, ...rest }: TrProps) {
  return (
    <tr
      // biome-ignore lint/a11y/noRedundantRoles: kept when display is not table
      role="row"
      data-selected={selected || undefined}
      className={classNames(
        "border-b border-line transition-colors hover:bg-surface data-selected:bg-accent-soft max-wide:-mx-2 max-wide:grid max-wide:grid-cols-[auto_auto_minmax(0,1fr)_auto] max-wide:items-center max-wide:px-2 max-wide:py-2.5",
        className,
      )}
      {...rest}
    />
  );
}

type ThProps = {
  children: ReactNode;
  align?: "start" | "end";
  /** The link that sorts by this column, and how the list is sorted by it now. */
  sort?: { href: Href; direction: "ascending" | "descending" | "none" };
  /** Something to use, such as a checkbox: a narrow screen shows it above the rows too. */
  isControl?: boolean;
};

/** The name of a column; with `sort` a link that sorts by it, which a narrow screen shows above the rows. */
export function Th({ children, align = "start", sort, isControl = false }: ThProps) {
  return (
    <th
      scope="col"
      // biome-ignore lint/a11y/noRedundantRoles: kept when display is not table
      role="columnheader"
      aria-sort={sort?.direction}
      className={classNames(
        "text-sm font-medium whitespace-nowrap text-muted wide:sticky wide:top-0 wide:z-10 wide:h-9 wide:bg-bg wide:px-2.5 wide:shadow-[inset_0_-1px_0_var(--color-line-strong)]",
        sort === undefined && !isControl && "max-wide:sr-only",
        align === "end" ? "text-right" : "text-left",
      )}
    >
      {sort ? (
        <Link
          href={sort.href}
          prefetch={false}
          scroll={false}
          className="-mx-1 inline-flex h-6 items-center gap-1 rounded px-1 hover:text-text"
        >
          {children}
          {sort.direction === "none" ? null : (
            <Icon name={sort.direction === "ascending" ? "sort-up" : "sort-down"} className="size-3" />
          )}
        </Link>
      ) : (
        children
      )}
    </th>
  );
}

const NARROW = {
  select: "max-wide:col-start-1 max-wide:row-start-1 max-wide:pr-2.5",
  lead: "wrap-anywhere wide:min-w-52 max-wide:col-start-2 max-wide:col-end-4 max-wide:row-start-1",
  second: "max-wide:col-start-2 max-wide:row-start-2 max-wide:mt-1 max-wide:pr-2.5",
  third: "max-wide:col-start-3 max-wide:col-end-5 max-wide:row-start-2 max-wide:mt-1",
  below: "max-wide:col-start-2 max-wide:col-end-5 max-wide:row-start-3 max-wide:mt-1",
  actions: "max-wide:col-start-4 max-wide:row-start-1 max-wide:-mr-2 max-wide:pl-2",
  hide: "max-wide:hidden",
} as const;

type TdProps = ComponentProps<"td"> & { narrow?: keyof typeof NARROW };

/** A cell. `narrow` is its place in the two-line row: select, lead and actions above, second and third under them, below on a line of its own. */
export function Td({ narrow = "hide", className, ...rest }: TdProps) {
  return (
    <td
      // biome-ignore lint/a11y/noRedundantRoles: kept when display is not table
      role="cell"
      className={classNames("align-middle wide:h-10 wide:px-2.5 wide:py-2", NARROW[narrow], className)}
      {...rest}
    />
  );
}

/** The smaller words of a cell: a second line, or on a narrow screen more words on the same one. */
export function Sub({ children, hideNarrow }: { children: ReactNode; hideNarrow?: boolean }) {
  return (
    <span className={classNames("text-sm text-muted wide:mt-px wide:block", hideNarrow && "max-wide:hidden")}>
      {children}
    </span>
  );
}
