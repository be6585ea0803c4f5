import type { ReactNode } from "react";

/** Says its text to screen readers whenever it changes; nobody sees it. */
export function LiveRegion({ children }: { children: ReactNode }) {
  return (
    <p role="status" className="sr-only">
      {children}
    </p>
  );
}
