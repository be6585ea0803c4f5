import Link from "next/link";
import { RunStatusTag } from "@/components/cleanup/run-status";
import { durationOf } from "@/components/cleanup/run-words";
import { Sub, Table, Td, Th, Tr } from "@/components/ui/table";
import { visibleText } from "@/lib/certificates/rules";
import type { RunView } from "@/lib/cleanup/schema";
import { formatDateTimeUtc } from "@/lib/dates/rules";

type RunTableProps = { runs: readonly RunView[]; now: Date; compact?: boolean };

/** Runs of the cleanup, each with a link to its own page. `compact` leaves out what there is no room for. */
export function RunTable({ runs, now, compact = false }: RunTableProps) {
  return (
    <Table
      label="Cleanup runs"
      head={
        <>
          <Th>Run</Th>
          <Th>Started by</Th>
          <Th>Status</Th>
          <Th align="end">Removed</Th>
          <Th align="end">Skipped</Th>
          {compact ? null : <Th align="end">Failed</Th>}
          <Th align="end">Took</Th>
        </>
      }
    >
      {runs.map((run) => (
        <Tr key={run.id}>
          <Td narrow="lead" className="wide:min-w-0!">
            <Link
              href={{ pathname: `/settings/cleanup/runs/${run.id}` }}
              prefetch={false}
              className="font-medium whitespace-nowrap hover:underline"
            >
              <time dateTime={run.startedAt}>{formatDateTimeUtc(new Date(run.startedAt))}</time>
            </Link>
          </Td>
          <Td className="wrap-anywhere">{run.trigger === "schedule" ? "Schedule" : visibleText(run.startedByLabel)}</Td>
          <Td narrow="second">
            <RunStatusTag status={run.status} />
          </Td>
          <Td narrow="third" className="wide:text-right">
            {run.removed.toLocaleString("en")}
            <span className="wide:hidden">
              <Sub> removed</Sub>
            </span>
          </Td>
          <Td className="text-right">{(run.skippedDeployed + run.skippedSynced).toLocaleString("en")}</Td>
          {compact ? null : <Td className="text-right">{run.failed.toLocaleString("en")}</Td>}
          <Td className="text-right whitespace-nowrap">{durationOf(run, now)}</Td>
        </Tr>
      ))}
    </Table>
  );
}
