import { STATUS_LABELS, USE_FILTER_LABELS, visibleText } from "@/lib/certificates/rules";
import { formatMonthUtc } from "@/lib/dates/rules";
import type { BulkStatus } from "@/lib/removal/rules";
import type { BulkOutcome, BulkSelection, BulkView } from "@/lib/removal/schema";

export const BULK_STATUS_LABELS: Record<BulkStatus, string> = {
  queued: "Waiting",
  running: "Running",
  succeeded: "Succeeded",
  succeeded_with_errors: "Succeeded with errors",
  failed: "Failed",
  stopped: "Stopped",
};

/** What became of a certificate, in the order in which people are told. */
export const OUTCOMES: { outcome: BulkOutcome; label: string; meaning: string }[] = [
  { outcome: "removed", label: "Removed", meaning: "Deleted for good; each has a record." },
  {
    outcome: "failed",
    label: "Failed",
    meaning: "The database refused to delete these; what it said stands beside each.",
  },
  {
    outcome: "still_valid",
    label: "Still valid",
    meaning: "Issued and still valid then: to be revoked first, or left until expiry.",
  },
  { outcome: "deployed", label: "Deployed", meaning: "In use by a service then." },
  { outcome: "synced", label: "Synced", meaning: "With an active sync then, to be removed first." },
  { outcome: "gone", label: "Gone before", meaning: "Somebody else had deleted these in the meantime." },
];

/** How many certificates came to this outcome so far. */
export function outcomeCount(bulk: BulkView, outcome: BulkOutcome): number {
  return outcome === "removed" ? bulk.removed : outcome === "failed" ? bulk.failed : bulk.skipped[outcome];
}

/** Certificates that were judged so far, whatever became of them. */
export function judgedCount(bulk: BulkView): number {
  return OUTCOMES.reduce((sum, { outcome }) => sum + outcomeCount(bulk, outcome), 0);
}

/** "1 certificate", "1,234 certificates". */
export function certificates(count: number): string {
  return count === 1 ? "1 certificate" : `${count.toLocaleString("en")} certificates`;
}

/** "1,234 certificates were deleted. 12 stayed: 9 deployed, 3 synced. 2 failed." */
export function resultSentence(bulk: BulkView): string {
  const reasons = OUTCOMES.filter(({ outcome }) => outcome !== "removed" && outcome !== "failed")
    .map(({ outcome, label }) => ({ count: outcomeCount(bulk, outcome), label: label.toLowerCase() }))
    .filter(({ count }) => count > 0);
  const stayed = reasons.reduce((sum, { count }) => sum + count, 0);
  const sentences = [
    `${bulk.removed === 0 ? "No certificate" : certificates(bulk.removed)} ${bulk.removed > 1 ? "were" : "was"} deleted.`,
    stayed === 0
      ? null
      : `${stayed.toLocaleString("en")} skipped: ${reasons.map(({ count, label }) => `${count.toLocaleString("en")} ${label}`).join(", ")}.`,
    bulk.failed === 0 ? null : `${bulk.failed.toLocaleString("en")} failed.`,
  ];
  return sentences.filter((sentence) => sentence !== null).join(" ");
}

/** What was selected: "Chosen one by one", or the filter in words. */
export function selectionSentence(selection: BulkSelection): string {
  switch (selection.kind) {
    case "chosen":
      return "Chosen one by one";
    case "retry":
      return "What failed before";
    case "filter": {
      const { status, q, deletable, use, expires } = selection.filter;
      const parts = [
        status === undefined ? null : STATUS_LABELS[status].toLowerCase(),
        deletable === undefined ? null : "may be deleted",
        use === undefined ? null : USE_FILTER_LABELS[use].toLowerCase(),
        expires === undefined ? null : `expires ${monthsOf(expires)}`,
        q === undefined ? null : `“${visibleText(q)}”`,
      ].filter((part) => part !== null);
      return parts.length === 0 ? "All certificates" : `All that match: ${parts.join(", ")}`;
    }
  }
}

/** "in Oct 2026", "up to May 2026", "from Jun 2028". */
function monthsOf(months: string): string {
  const month = formatMonthUtc(new Date(`${months.replaceAll("..", "")}-01T00:00:00Z`));
  if (months.startsWith("..")) return `up to ${month}`;
  return months.endsWith("..") ? `from ${month}` : `in ${month}`;
}
