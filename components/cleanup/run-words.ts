import { visibleText } from "@/lib/certificates/rules";
import type { RunView } from "@/lib/cleanup/schema";
import { formatDuration } from "@/lib/dates/rules";

/** When a run began to work: one that was held, with its approval. */
export function beganAt(run: RunView): Date {
  return new Date(run.approvedAt !== null && run.status !== "held" ? run.approvedAt : run.startedAt);
}

/** How long a run took, or has taken so far. */
export function durationOf(run: RunView, now: Date): string {
  const end = run.finishedAt === null ? now : new Date(run.finishedAt);
  return formatDuration(Math.max(0, end.getTime() - beganAt(run).getTime()));
}

/** What else there is to know about how a run stands, in a few words; null when the status says it all. */
export function noteOf(run: RunView): string | null {
  switch (run.status) {
    case "running":
      return run.isStopRequested ? "Stopping after this batch" : null;
    case "succeeded_with_errors":
      return `${run.failed.toLocaleString("en")} could not be removed`;
    case "stopped":
      return run.stopRequestedByLabel === null ? null : `by ${run.stopRequestedByLabel}`;
    case "held":
      return run.approvedAt === null ? "Nothing was removed" : "Approved; it goes on in a moment";
    case "interrupted":
      return "The next run finishes the work";
    case "succeeded":
    case "failed":
      return null;
  }
}

/** The words of an error: names in them were chosen by strangers, its line ends by us. */
export function visibleLines(text: string): string {
  return text.split("\n").map(visibleText).join("\n");
}
