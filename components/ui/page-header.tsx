import type { ReactNode } from "react";

type PageHeaderProps = { title: ReactNode; children?: ReactNode; actions?: ReactNode };

/** Where focus goes when the thing that had it is gone and nothing is nearer. */
export const PAGE_HEADING_ID = "page-heading";

/** The heading of a page, the line under it (`children`) and what can be done here. */
export function PageHeader({ title, children, actions }: PageHeaderProps) {
  return (
    <header className="mb-5 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <h1 id={PAGE_HEADING_ID} tabIndex={-1} className="rounded-sm text-2xl font-semibold tracking-[-0.018em]">
          {title}
        </h1>
        {children ? <div className="mt-0.5 text-muted">{children}</div> : null}
      </div>
      {actions ? <div className="flex flex-wrap gap-2">{actions}</div> : null}
    </header>
  );
}
