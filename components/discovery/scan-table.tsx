import Link from "next/link";
import { ScanStatusTag } from "@/components/discovery/scan-status";
import { hostsText, portsText } from "@/components/discovery/scan-words";
import { Sub, Table, Td, Th, Tr } from "@/components/ui/table";
import { visibleText } from "@/lib/certificates/rules";
import { formatDateTimeUtc } from "@/lib/dates/rules";
import type { ScanView } from "@/lib/discovery/schema";

/** Scans, newest first, each with a link to its own page. */
export function ScanTable({ scans }: { scans: readonly ScanView[] }) {
  return (
    <Table
      label="Scans"
      head={
        <>
          <Th>Requested</Th>
          <Th>Looked at</Th>
          <Th>Status</Th>
          <Th align="end">Added</Th>
          <Th align="end">Already there</Th>
          <Th align="end">Endpoints added</Th>
          <Th align="end">No answer</Th>
        </>
      }
    >
      {scans.map((scan) => (
        <Tr key={scan.id}>
          <Td narrow="lead" className="wide:min-w-0!">
            <Link
              href={{ pathname: `/settings/discovery/${scan.id}` }}
              prefetch={false}
              className="font-medium whitespace-nowrap hover:underline"
            >
              <time dateTime={scan.requestedAt}>{formatDateTimeUtc(new Date(scan.requestedAt))}</time>
            </Link>
            <Sub hideNarrow>{visibleText(scan.requestedByLabel)}</Sub>
          </Td>
          <Td narrow="below" className="wrap-anywhere">
            {hostsText(scan)}
            <Sub hideNarrow>{portsText(scan)}</Sub>
          </Td>
          <Td narrow="second">
            <ScanStatusTag status={scan.status} />
          </Td>
          <Td narrow="third" className="wide:text-right">
            {scan.added.toLocaleString("en")}
            <span className="wide:hidden">
              <Sub> added</Sub>
            </span>
          </Td>
          <Td className="text-right">{scan.already.toLocaleString("en")}</Td>
          <Td className="text-right">{scan.endpoints.toLocaleString("en")}</Td>
          <Td className="text-right">{scan.unreachable.toLocaleString("en")}</Td>
        </Tr>
      ))}
    </Table>
  );
}
