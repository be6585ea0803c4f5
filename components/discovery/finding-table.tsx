import Link from "next/link";
import { Sub, Table, Td, Th, Tr } from "@/components/ui/table";
import { Tag } from "@/components/ui/tag";
import { visibleText } from "@/lib/certificates/rules";
import { FINDING_LABELS, type FindingKind } from "@/lib/discovery/rules";
import type { FindingView } from "@/lib/discovery/schema";

const TONES = {
  added: "good",
  already: "neutral",
  unreadable: "warning",
  unreachable: "neutral",
} as const satisfies Record<FindingKind, string>;

/** What a scan found, endpoint after endpoint. */
export function FindingTable({ findings }: { findings: readonly FindingView[] }) {
  return (
    <Table
      label="Findings"
      head={
        <>
          <Th>Endpoint</Th>
          <Th>Result</Th>
          <Th>Certificate</Th>
        </>
      }
    >
      {findings.map((finding) => (
        <Tr key={finding.number}>
          <Td narrow="lead" className="font-medium">
            {finding.host.includes(":") ? `[${finding.host}]` : finding.host}:{finding.port}
          </Td>
          <Td narrow="second">
            <Tag tone={TONES[finding.kind]}>{FINDING_LABELS[finding.kind]}</Tag>
          </Td>
          <Td narrow="below" className="wrap-anywhere">
            <Certificate finding={finding} />
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

function Certificate({ finding: { certificate, problem, isNewEndpoint } }: { finding: FindingView }) {
  if (certificate === null) return <span className="text-muted">{problem}</span>;
  const name = visibleText(certificate.name);
  return (
    <>
      {certificate.isGone ? (
        name
      ) : (
        <Link href={{ pathname: `/certificates/${certificate.id}` }} prefetch={false} className="hover:underline">
          {name}
        </Link>
      )}
      <Sub>
        {" "}
        {certificate.isGone
          ? "Not in the inventory any more"
          : isNewEndpoint
            ? "This endpoint is watched from now on"
            : "This endpoint was watched before"}
      </Sub>
    </>
  );
}
