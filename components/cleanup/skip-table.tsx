import Link from "next/link";
import { Sub, Table, Td, Th, Tr } from "@/components/ui/table";
import { visibleText } from "@/lib/certificates/rules";
import type { SkipReason } from "@/lib/cleanup/rules";
import type { SkippedRow } from "@/lib/cleanup/schema";

const LABELS: Record<SkipReason, string> = {
  deployed: "Certificates skipped because they were deployed",
  synced: "Certificates skipped because they had an active sync",
  failed: "Certificates that the database did not let go",
};

const REASONS: Record<Exclude<SkipReason, "failed">, string> = {
  deployed: "It was deployed",
  synced: "It had an active sync",
};

/** What a run left where it was; one that went later has a link to its removal. */
export function SkipTable({ reason, rows }: { reason: SkipReason; rows: readonly SkippedRow[] }) {
  return (
    <Table
      label={LABELS[reason]}
      head={
        <>
          <Th>Certificate</Th>
          <Th>Why it stayed</Th>
          <Th>Now</Th>
        </>
      }
    >
      {rows.map((row) => (
        <Tr key={row.id}>
          <Td narrow="lead">
            <Link
              href={{ pathname: row.isGone ? `/removals/${row.id}` : `/certificates/${row.id}` }}
              prefetch={false}
              className="font-medium hover:underline"
            >
              <bdi>{visibleText(row.name)}</bdi>
            </Link>
          </Td>
          <Td narrow="third" className="wrap-anywhere max-wide:col-start-2! max-wide:text-sm">
            {reason === "failed" ? visibleText(row.error ?? "") : REASONS[reason]}
            {reason === "synced" && row.error !== null ? <Sub> {visibleText(row.error)}</Sub> : null}
            {row.isGone ? (
              <span className="wide:hidden">
                <Sub> · removed since</Sub>
              </span>
            ) : null}
          </Td>
          <Td className="whitespace-nowrap text-muted">{row.isGone ? "Removed since" : "In the inventory"}</Td>
        </Tr>
      ))}
    </Table>
  );
}
