import { momentOf } from "./certificate-words.mjs";

const LABELS = {
  running: "Running",
  succeeded: "Succeeded",
  succeeded_with_errors: "Succeeded with errors",
  failed: "Failed",
  stopped: "Stopped",
  interrupted: "Interrupted",
  held: "Held",
};

/**
 * A cleanup run in names and values.
 * @param {any} run of the API
 * @param {string} title
 * @returns {[string, string][]}
 */
export function runPairs(run, title) {
  const skipped = run.skipped_deployed + run.skipped_synced;
  return [
    [title, `${momentOf(run.started_at)}, by ${run.started_by}`],
    [
      "Status",
      `${LABELS[run.status] ?? run.status}${run.finished_at === null ? "" : `, ${momentOf(run.finished_at)}`}`,
    ],
    ["Removed", run.removed.toLocaleString("en")],
    ["Skipped", skipped === 0 ? "0" : `${run.skipped_deployed} deployed, ${run.skipped_synced} synced`],
    ["Failed", run.failed.toLocaleString("en")],
    ["Error", run.error ?? ""],
  ];
}
