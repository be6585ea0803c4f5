import Link from "next/link";
import { Sub, Table, Td, Th, Tr } from "@/components/ui/table";
import { visibleText } from "@/lib/certificates/rules";
import type { PreviewOutcome } from "@/lib/cleanup/rules";
import type { PreviewRow } from "@/lib/cleanup/schema";
import { formatDateTimeUtc, formatRelative } from "@/lib/dates/rules";

const LABELS: Record<PreviewOutcome, string> = {
  removable: "Certificates that would be removed",
  deployed: "Certificates that would be skipped: deployed",
  synced: "Certificates that would be skipped: synced",
};

type PreviewTableProps = { outcome: PreviewOutcome; rows: readonly PreviewRow[]; now: Date; dimmed?: boolean };

/** The certificates with which a run would do this, the longest expired first. */
export function PreviewTable({ outcome, rows, now, dimmed = false }: PreviewTableProps) {
  return (
    <Table
      label={LABELS[outcome]}
      dimmed={dimmed}
      head={
        <>
          <Th>Certificate</Th>
          <Th>Expired</Th>
          {outcome === "removable" ? null : <Th>{outcome === "deployed" ? "In use by" : "Synced to"}</Th>}
        </>
      }
    >
      {rows.map((row) => (
        <Tr key={row.id}>
          <Td narrow="lead">
            <Link
              href={{ pathname: `/certificates/${row.id}` }}
              prefetch={false}
              className="font-medium hover:underline"
            >
              <bdi>{visibleText(row.name)}</bdi>
            </Link>
          </Td>
          <Td narrow="second">
            <time dateTime={row.notAfter}>
              <span className="max-wide:text-sm">{formatDateTimeUtc(new Date(row.notAfter))}</span>
              <Sub hideNarrow>{formatRelative(new Date(row.notAfter), now)}</Sub>
            </time>
          </Td>
          {outcome === "removable" ? null : (
            <Td narrow="third" className="wrap-anywhere max-wide:text-sm">
              {outcome === "deployed" ? row.deployedAt : row.syncedTo}
            </Td>
          )}
        </Tr>
      ))}
    </Table>
  );
}
