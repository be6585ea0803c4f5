import Link from "next/link";
import { BULK_STATUS_LABELS, judgedCount, selectionSentence } from "@/components/removals/bulk-words";
import { Sub, Table, Td, Th, Tr } from "@/components/ui/table";
import { visibleText } from "@/lib/certificates/rules";
import { formatDateTimeUtc } from "@/lib/dates/rules";
import type { BulkView } from "@/lib/removal/schema";

/** Bulk deletions, newest first. */
export function BulkTable({ rows }: { rows: readonly BulkView[] }) {
  return (
    <Table
      label="Bulk deletions"
      head={
        <>
          <Th>Requested</Th>
          <Th>Selected</Th>
          <Th>Status</Th>
          <Th align="end">Removed</Th>
          <Th align="end">Skipped</Th>
          <Th align="end">Failed</Th>
        </>
      }
    >
      {rows.map((bulk) => (
        <Tr key={bulk.id}>
          <Td narrow="lead">
            <Link
              href={{ pathname: `/removals/bulk/${bulk.id}` }}
              prefetch={false}
              className="font-medium hover:underline"
            >
              <time dateTime={bulk.requestedAt}>{formatDateTimeUtc(new Date(bulk.requestedAt))}</time>
            </Link>
            <Sub hideNarrow>{visibleText(bulk.requestedByLabel)}</Sub>
          </Td>
          <Td>
            {bulk.total.toLocaleString("en")}
            <Sub>{selectionSentence(bulk.selection)}</Sub>
          </Td>
          <Td narrow="second">{BULK_STATUS_LABELS[bulk.status]}</Td>
          <Td narrow="third" className="wide:text-right">
            {bulk.removed.toLocaleString("en")}
            <span className="wide:hidden">
              <Sub> of {bulk.total.toLocaleString("en")} removed</Sub>
            </span>
          </Td>
          <Td className="text-right">{(judgedCount(bulk) - bulk.removed - bulk.failed).toLocaleString("en")}</Td>
          <Td className="text-right">{bulk.failed.toLocaleString("en")}</Td>
        </Tr>
      ))}
    </Table>
  );
}
