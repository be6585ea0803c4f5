import type { ReactNode } from "react";

type EmptyStateProps = { title: string; children?: ReactNode; action?: ReactNode };

/** What stands where a list would: why there is nothing and what to do. */
export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <div className="grid justify-items-center gap-1.5 rounded-card border border-dashed border-line-strong px-6 py-14 text-center">
      <svg
        viewBox="0 0 40 28"
        className="mb-2 h-7 text-line-strong"
        fill="none"
        stroke="currentColor"
        aria-hidden="true"
      >
        <path d="M1 5.5h38M1 14h38M1 22.5h38" strokeWidth="1.5" strokeDasharray="6 3" />
      </svg>
      <p className="text-lg font-semibold">{title}</p>
      {children ? <div className="max-w-md text-muted">{children}</div> : null}
      {action ? <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </div>
  );
}
