import Link from "next/link";
import { StatusBadge } from "@/components/ui/status-badge";
import { Sub, Table, Td, Th, Tr } from "@/components/ui/table";
import { STATUS_LABELS, visibleText } from "@/lib/certificates/rules";
import { formatDateTimeUtc, formatDateUtc, formatRelative } from "@/lib/dates/rules";
import type { RemovalRow } from "@/lib/removal/schema";

const COLUMNS = ["Certificate", "Was", "Removed", "By", "Why"] as const;

/** What went, when, by whom and why. */
export function RemovalsTable({ rows, now }: { rows: readonly RemovalRow[]; now: Date }) {
  return (
    <Table label="Removals" head={COLUMNS.map((column) => <Th key={column}>{column}</Th>)}>
      {rows.map((row) => (
        <Tr key={row.id}>
          <Td narrow="lead">
            <Link href={{ pathname: `/removals/${row.id}` }} prefetch={false} className="font-medium hover:underline">
              <bdi>{visibleText(row.name)}</bdi>
            </Link>
            <Sub hideNarrow>
              <span className="font-mono">{row.fingerprint.slice(0, 16)}…</span>
            </Sub>
          </Td>
          <Td>
            <StatusBadge status={row.status}>{STATUS_LABELS[row.status]}</StatusBadge>
            <Sub>
              {row.notAfter < row.removedAt ? "expired" : "would expire"} {formatDateUtc(row.notAfter)} UTC
            </Sub>
          </Td>
          <Td narrow="second">
            <time dateTime={row.removedAt.toISOString()}>
              {formatDateTimeUtc(row.removedAt)}
              <Sub hideNarrow>{formatRelative(row.removedAt, now)}</Sub>
            </time>
          </Td>
          <Td narrow="third">
            {visibleText(row.actorLabel)}
            <span className="text-sm text-muted wide:hidden"> · {row.reason}</span>
          </Td>
          <Td>{row.reason}</Td>
        </Tr>
      ))}
    </Table>
  );
}
