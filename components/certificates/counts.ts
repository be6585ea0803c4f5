import type { CertificatePage, ListSummary } from "@/lib/certificates/schema";

/** A figure as it was counted; `isLeast` where counting stopped before the end. */
export type Counted = { count: number; isLeast: boolean };

/** "8,412", "250+" where counting stopped before the end. */
export function formatCount({ count, isLeast }: Counted): string {
  return `${count.toLocaleString("en")}${isLeast ? "+" : ""}`;
}

/** "1 certificate", "8,412 certificates", "250+ certificates"; in words where none was met before counting stopped. */
export function certificatesCounted(counted: Counted): string {
  if (counted.isLeast && counted.count === 0) return "Certificates not counted";
  return `${formatCount(counted)} certificate${counted.count === 1 && !counted.isLeast ? "" : "s"}`;
}

/** How many match. The page says it better where it shows all of them, or more than were counted. */
export function totalOf({ total, isPartial }: ListSummary, page: CertificatePage | undefined): Counted {
  if (!isPartial || page === undefined) return { count: total, isLeast: isPartial };
  const count = page.rows.length;
  if (page.previous === null && page.next === null) return { count, isLeast: false };
  return { count: Math.max(total, count), isLeast: true };
}
