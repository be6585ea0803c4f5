import Link from "next/link";
import { SyncTag } from "@/components/syncs/sync-tag";
import { RelativeTime } from "@/components/ui/relative-time";
import { Sub, Table, Td, Th, Tr } from "@/components/ui/table";
import { visibleText } from "@/lib/certificates/rules";
import type { SyncState } from "@/lib/syncs/rules";

type Row = {
  id: string;
  certificateId: string;
  name: string;
  state: SyncState;
  error: string | null;
  pushedAt: Date | null;
  checkedAt: Date | null;
};

/** The certificates that are synced to one destination. */
export function SyncsTable({ rows, now }: { rows: readonly Row[]; now: Date }) {
  return (
    <Table
      label="Syncs"
      head={
        <>
          <Th>Certificate</Th>
          <Th>State</Th>
          <Th>Last push</Th>
          <Th>Last check</Th>
        </>
      }
    >
      {rows.map((row) => (
        <Tr key={row.id}>
          <Td narrow="lead">
            <Link
              href={{ pathname: `/certificates/${row.certificateId}`, hash: "in-use" }}
              prefetch={false}
              className="font-medium hover:underline"
            >
              {visibleText(row.name)}
            </Link>
          </Td>
          <Td narrow="below">
            <SyncTag sync={row} />
            {row.error === null ? null : <Sub> {visibleText(row.error)}</Sub>}
          </Td>
          <Td>{row.pushedAt === null ? "Never" : <RelativeTime date={row.pushedAt} now={now} layout="cell" />}</Td>
          <Td>{row.checkedAt === null ? "Never" : <RelativeTime date={row.checkedAt} now={now} layout="cell" />}</Td>
        </Tr>
      ))}
    </Table>
  );
}
