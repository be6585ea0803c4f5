import { judgedCount } from "@/components/removals/bulk-words";
import { ProgressBar } from "@/components/ui/progress-bar";
import type { BulkView } from "@/lib/removal/schema";

/** How far a bulk deletion is, counted in certificates that were judged. */
export function BulkBar({ bulk }: { bulk: BulkView }) {
  const stayed = judgedCount(bulk) - bulk.removed;
  return (
    <ProgressBar
      label={
        bulk.isStopRequested ? "Stopping" : bulk.status === "queued" ? "Waiting to begin" : "Deleting certificates"
      }
      done={judgedCount(bulk)}
      total={bulk.total}
      unit="certificates"
      note={stayed === 0 ? undefined : `${stayed.toLocaleString("en")} of them stay`}
    />
  );
}
