import { durationOf } from "@/components/cleanup/last-run";
import { Section } from "@/components/ui/section";
import { Sub, Table, Td, Th, Tr } from "@/components/ui/table";
import { RUN_STATUS_LABELS } from "@/lib/cleanup/rules";
import type { CleanupView } from "@/lib/cleanup/schema";
import { formatDateTimeUtc } from "@/lib/dates/rules";

/** The latest runs, newest first. */
export function RunHistory({ view }: { view: CleanupView }) {
  if (view.runs.length === 0) return null;
  const now = new Date(view.at);
  return (
    <Section title="History">
      <Table
        label="Cleanup runs"
        head={
          <>
            <Th>Run</Th>
            <Th>Started by</Th>
            <Th>Status</Th>
            <Th align="end">Removed</Th>
            <Th align="end">Skipped</Th>
            <Th align="end">Took</Th>
          </>
        }
      >
        {view.runs.map((run) => (
          <Tr key={run.id}>
            <Td narrow="lead">
              <time dateTime={run.startedAt}>{formatDateTimeUtc(new Date(run.startedAt))}</time>
            </Td>
            <Td>{run.trigger === "schedule" ? "Schedule" : run.startedByLabel}</Td>
            <Td narrow="second">{RUN_STATUS_LABELS[run.status]}</Td>
            <Td narrow="third" className="wide:text-right">
              {run.removed.toLocaleString("en")}
              <span className="wide:hidden">
                <Sub> removed</Sub>
              </span>
            </Td>
            <Td className="text-right">{(run.skippedDeployed + run.skippedSynced).toLocaleString("en")}</Td>
            <Td className="text-right whitespace-nowrap">{durationOf(run, now)}</Td>
          </Tr>
        ))}
      </Table>
    </Section>
  );
}
