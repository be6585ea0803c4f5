import { ScanStatusTag } from "@/components/discovery/scan-status";
import { hostsText, portsText } from "@/components/discovery/scan-words";
import { Card, CardSection } from "@/components/ui/card";
import { Facts } from "@/components/ui/facts";
import { Notice } from "@/components/ui/notice";
import { visibleText } from "@/lib/certificates/rules";
import { formatDuration } from "@/lib/dates/rules";
import type { ScanView } from "@/lib/discovery/schema";

/** How a scan stands or ended, in figures. */
export function ScanFacts({ scan, now }: { scan: ScanView; now: Date }) {
  const figure = (count: number) => count.toLocaleString("en");
  const took = scan.startedAt === null ? null : tookOf(scan.startedAt, scan.finishedAt, now);
  const stoppedBy = scan.status === "stopped" && scan.stopRequestedByLabel !== null ? scan.stopRequestedByLabel : null;
  return (
    <Card>
      <CardSection className="grid gap-5">
        <Facts
          facts={[
            {
              term: "Status",
              value: <ScanStatusTag status={scan.status} />,
              note: stoppedBy === null ? undefined : `by ${visibleText(stoppedBy)}`,
            },
            { term: "Looked at", value: figure(scan.done), note: `of ${figure(scan.targets)} endpoints` },
            { term: "Certificates added", value: figure(scan.added) },
            { term: "Already there", value: figure(scan.already) },
            { term: "Endpoints added", value: figure(scan.endpoints), note: "now watched" },
            { term: "No answer", value: figure(scan.unreachable) },
            { term: "Not allowed", value: figure(scan.forbidden), note: "nothing was sent" },
            { term: "Not readable", value: figure(scan.unreadable) },
            { term: "Took", value: took ?? "—" },
          ]}
        />
        <p className="wrap-anywhere text-muted">
          {hostsText(scan)}: {portsText(scan)}. Requested by {visibleText(scan.requestedByLabel)}.
        </p>
        {scan.error === null ? null : (
          <Notice tone="danger" title="The scan failed">
            {visibleText(scan.error)}
          </Notice>
        )}
      </CardSection>
    </Card>
  );
}

function tookOf(startedAt: string, finishedAt: string | null, now: Date): string {
  const end = finishedAt === null ? now.getTime() : Date.parse(finishedAt);
  return formatDuration(Math.max(0, end - Date.parse(startedAt)));
}
