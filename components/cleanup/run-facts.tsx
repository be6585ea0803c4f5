import { exactly, reasons } from "@/components/cleanup/figures";
import { RunStatusTag } from "@/components/cleanup/run-status";
import { durationOf, noteOf, visibleLines } from "@/components/cleanup/run-words";
import { Card, CardSection } from "@/components/ui/card";
import { FactList } from "@/components/ui/facts";
import { RelativeTime } from "@/components/ui/relative-time";
import { Section } from "@/components/ui/section";
import { visibleText } from "@/lib/certificates/rules";
import { shareText } from "@/lib/cleanup/rules";
import type { RunView } from "@/lib/cleanup/schema";
import { formatDateTimeUtc } from "@/lib/dates/rules";

/** Everything known of one run but its certificates. */
export function RunFacts({ run, now }: { run: RunView; now: Date }) {
  const moment = (text: string) => <RelativeTime date={new Date(text)} now={now} />;
  const skipped = run.skippedDeployed + run.skippedSynced;
  return (
    <Section title="Run">
      <Card>
        <FactList
          facts={[
            { term: "Status", value: <RunStatusTag status={run.status} />, note: visibleNote(noteOf(run)) },
            { term: "Began", value: moment(run.startedAt) },
            {
              term: "Started by",
              value: run.trigger === "schedule" ? "Schedule" : visibleText(run.startedByLabel),
              note: run.trigger === "schedule" ? null : "A person, with Run now",
            },
            ...(run.held === null
              ? []
              : [
                  {
                    term: "Held",
                    value: `${run.held.removable.toLocaleString("en")} of ${run.held.inventory.toLocaleString("en")} certificates would have gone (${shareText(run.held)})`,
                    note: "More than a run may remove by itself",
                  },
                ]),
            ...(run.approvedAt === null
              ? []
              : [
                  {
                    term: "Approved",
                    value: moment(run.approvedAt),
                    note: `by ${visibleText(run.approvedByLabel ?? "")}`,
                  },
                ]),
            ...(run.finishedAt === null || run.status === "held"
              ? []
              : [{ term: "Ended", value: moment(run.finishedAt), note: `Took ${durationOf(run, now)}` }]),
            ...(run.stopRequestedByLabel === null
              ? []
              : [{ term: "Stopped by", value: visibleText(run.stopRequestedByLabel) }]),
            { term: "Settings", value: settingsOf(run), note: cutoffNote(run) },
            { term: "Removed", value: run.removed.toLocaleString("en") },
            {
              term: "Skipped",
              value: skipped.toLocaleString("en"),
              note: reasons(exactly(run.skippedDeployed), exactly(run.skippedSynced)),
            },
            { term: "Failed", value: run.failed.toLocaleString("en") },
            ...(run.acknowledgedByLabel === null
              ? []
              : [{ term: "Seen by", value: visibleText(run.acknowledgedByLabel) }]),
          ]}
        />
        {run.error === null ? null : (
          <CardSection className="whitespace-pre-line text-muted wrap-anywhere">{visibleLines(run.error)}</CardSection>
        )}
      </Card>
    </Section>
  );
}

function settingsOf({ retentionDays, skipSynced, copies, brakePercent }: RunView): string {
  const days = retentionDays === 1 ? "1 day" : `${retentionDays} days`;
  const handled = copies === "remove" ? "their copies removed first" : "their copies left";
  const syncs = skipSynced ? "synced ones skipped" : `synced ones too, ${handled}`;
  return `${days} after expiration, ${syncs}, held above ${brakePercent} %`;
}

function cutoffNote({ cutoff }: RunView): string {
  return `It looked at what expired before ${formatDateTimeUtc(new Date(cutoff))}`;
}

function visibleNote(note: string | null): string | null {
  return note === null ? null : visibleText(note);
}
