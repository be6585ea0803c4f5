import { exactly, reasons } from "@/components/cleanup/figures";
import { RunStatusTag } from "@/components/cleanup/run-status";
import { beganAt, durationOf, noteOf, visibleLines } from "@/components/cleanup/run-words";
import { ButtonLink } from "@/components/ui/button-link";
import { Card, CardSection } from "@/components/ui/card";
import { Facts } from "@/components/ui/facts";
import { LiveRegion } from "@/components/ui/live-region";
import { ProgressBar } from "@/components/ui/progress-bar";
import { Section } from "@/components/ui/section";
import { RUN_STATUS_LABELS } from "@/lib/cleanup/rules";
import type { CleanupView, RunView } from "@/lib/cleanup/schema";
import { formatDateTimeUtc, formatRelative } from "@/lib/dates/rules";

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
        {run === undefined || run.status === "running" ? null : <Account run={run} />}
      </Card>
      <LiveRegion>{run === undefined ? null : announcement(run)}</LiveRegion>
    </Section>
  );
}

const KEPT = "The run keeps a list of the certificates that it removed and of those that it skipped.";

/** What there is to tell of a run that ended, and the way to its certificates. */
function Account({ run }: { run: RunView }) {
  const isWaiting = run.status === "held" && run.approvedAt === null;
  return (
    <CardSection className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <p className="min-w-0 flex-1 basis-64 whitespace-pre-line text-muted wrap-anywhere">
        {run.failed > 0 ? `${run.failed.toLocaleString("en")} failed: ` : null}
        {run.error === null ? KEPT : visibleLines(run.error)}
      </p>
      <ButtonLink href={{ pathname: `/settings/cleanup/runs/${run.id}` }} prefetch={false}>
        {isWaiting ? "Review this run" : "Show this run"}
      </ButtonLink>
    </CardSection>
  );
}

const NEVER = [
  { term: "Status", value: "Never run yet" },
  { term: "Last Run", value: "–" },
  { term: "Certificates Removed", value: "–" },
];

function RunFacts({ run, now }: { run: RunView; now: Date }) {
  const began = beganAt(run);
  const skipped = {
    value: (run.skippedDeployed + run.skippedSynced).toLocaleString("en"),
    note: reasons(exactly(run.skippedDeployed), exactly(run.skippedSynced)),
  };
  return (
    <>
      <Facts
        facts={[
          { term: "Status", value: <RunStatusTag status={run.status} />, note: noteOf(run) },
          { term: "Last Run", value: formatDateTimeUtc(began), note: formatRelative(began, now) },
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

function Progress({ run, remaining }: { run: RunView; remaining: CleanupView["remaining"] }) {
  const done = run.removed + run.failed;
  const left = remaining?.count ?? 0;
  if (remaining?.isCapped) {
    // How long the whole is, is not counted: a bar would claim to know.
    return (
      <p className="flex flex-wrap justify-between gap-x-4">
        <span className="font-medium">{labelOf(run)}</span>
        <span className="text-muted">
          {run.removed.toLocaleString("en")} removed · more than {left.toLocaleString("en")} to go
        </span>
      </p>
    );
  }
  return (
    <ProgressBar
      label={labelOf(run)}
      done={run.removed}
      total={Math.max(done, run.removed + left)}
      unit="certificates"
    />
  );
}

function labelOf(run: RunView): string {
  return run.isStopRequested ? "Stopping" : "Removing certificates";
}

/** Said to screen readers when it changes: that a run began, and how it ended. */
function announcement(run: RunView): string {
  if (run.status === "running") return "A cleanup run is running.";
  return `The last run ${RUN_STATUS_LABELS[run.status].toLowerCase()}: ${run.removed === 1 ? "1 certificate" : `${run.removed.toLocaleString("en")} certificates`} removed.`;
}
