import { exactly, reasons } from "@/components/cleanup/figures";
import { Card, CardSection } from "@/components/ui/card";
import { Facts } from "@/components/ui/facts";
import { LiveRegion } from "@/components/ui/live-region";
import { ProgressBar } from "@/components/ui/progress-bar";
import { Section } from "@/components/ui/section";
import { RUN_STATUS_LABELS } from "@/lib/cleanup/rules";
import type { CleanupView, RunView } from "@/lib/cleanup/schema";
import { formatDateTimeUtc, formatDuration, formatRelative } from "@/lib/dates/rules";

/** What came of the last run, or how far the running one is. */
export function LastRun({ view }: { view: CleanupView }) {
  const [run] = view.runs;
  const now = new Date(view.at);
  return (
    <Section title="Last run">
      <Card>
        {run?.status === "running" ? (
          <CardSection>
            <Progress run={run} remaining={view.remaining} />
          </CardSection>
        ) : null}
        <CardSection className="grid gap-4">
          {run === undefined ? <Facts facts={NEVER} /> : <RunFacts run={run} now={now} />}
        </CardSection>
        {run?.error ? (
          <CardSection className="text-muted">
            {run.failed > 0 ? `${run.failed.toLocaleString("en")} failed: ` : null}
            <span className="whitespace-pre-line">{run.error}</span>
          </CardSection>
        ) : null}
      </Card>
      <LiveRegion>{run === undefined ? null : announcement(run)}</LiveRegion>
    </Section>
  );
}

const NEVER = [
  { term: "Status", value: "Never run yet" },
  { term: "Last Run", value: "–" },
  { term: "Certificates Removed", value: "–" },
];

function RunFacts({ run, now }: { run: RunView; now: Date }) {
  const startedAt = new Date(run.startedAt);
  const skipped = {
    value: (run.skippedDeployed + run.skippedSynced).toLocaleString("en"),
    note: reasons(exactly(run.skippedDeployed), exactly(run.skippedSynced)),
  };
  return (
    <>
      <Facts
        facts={[
          { term: "Status", value: RUN_STATUS_LABELS[run.status], note: noteOf(run) },
          { term: "Last Run", value: formatDateTimeUtc(startedAt), note: formatRelative(startedAt, now) },
          { term: "Certificates Removed", value: run.removed.toLocaleString("en") },
        ]}
      />
      <Facts
        facts={[
          { term: "Skipped", ...skipped },
          { term: "Failed", value: run.failed.toLocaleString("en") },
          { term: "Duration", value: durationOf(run, now) },
        ]}
      />
    </>
  );
}

/** How long a run took, or has taken so far. */
export function durationOf(run: RunView, now: Date): string {
  const end = run.finishedAt === null ? now : new Date(run.finishedAt);
  return formatDuration(Math.max(0, end.getTime() - new Date(run.startedAt).getTime()));
}

function noteOf(run: RunView): string | null {
  switch (run.status) {
    case "running":
      return run.isStopRequested ? "Stopping after this batch" : null;
    case "succeeded_with_errors":
      return `${run.failed.toLocaleString("en")} could not be removed`;
    case "stopped":
      return run.stopRequestedByLabel === null ? null : `by ${run.stopRequestedByLabel}`;
    case "held":
      return run.isApproved ? "Approved; it goes on in a moment" : "Nothing was removed. It waits for a product admin.";
    case "interrupted":
      return "The server ended first. The next run finishes the work.";
    case "succeeded":
    case "failed":
      return null;
  }
}

function Progress({ run, remaining }: { run: RunView; remaining: CleanupView["remaining"] }) {
  const done = run.removed + run.failed;
  const left = remaining?.count ?? 0;
  return (
    <ProgressBar
      label={run.isStopRequested ? "Stopping" : "Removing certificates"}
      done={run.removed}
      total={Math.max(done, run.removed + left)}
      unit="certificates"
      note={remaining?.isCapped ? "more than 10,000 to go" : undefined}
    />
  );
}

/** Said to screen readers when it changes: that a run began, and how it ended. */
function announcement(run: RunView): string {
  if (run.status === "running") return "A cleanup run is running.";
  return `The last run ${RUN_STATUS_LABELS[run.status].toLowerCase()}: ${run.removed === 1 ? "1 certificate" : `${run.removed.toLocaleString("en")} certificates`} removed.`;
}
