import { RefreshWhile } from "@/components/cleanup/refresh-while";
import { counted, hostsText, portsText } from "@/components/discovery/scan-words";
import { StopScan } from "@/components/discovery/stop-scan";
import { Card, CardSection } from "@/components/ui/card";
import { ProgressBar } from "@/components/ui/progress-bar";
import type { ScanView } from "@/lib/discovery/schema";

/** A server takes a scan within a second or two; longer means that none is taking jobs. */
const BEGINS_WITHIN_MS = 20_000;

/** A scan that goes on: how far it is, and how to stop it. The page is read anew while it stands there. */
export function ScanProgress({ scan, now }: { scan: ScanView; now: Date }) {
  const isLate = scan.startedAt === null && now.getTime() - Date.parse(scan.requestedAt) > BEGINS_WITHIN_MS;
  return (
    <Card>
      <CardSection className="grid gap-3">
        <ProgressBar
          label={scan.startedAt === null ? "Waiting for a server" : "Looking"}
          done={scan.done}
          total={scan.targets}
          unit="endpoints"
          note={`${counted(scan.added, "certificate")} added`}
        />
        <p className="wrap-anywhere text-muted">
          {hostsText(scan)}: {portsText(scan)}.
        </p>
        {isLate ? <p>No server has begun the scan yet. It begins as soon as one takes jobs.</p> : null}
        <StopScan scanId={scan.id} isStopRequested={scan.isStopRequested} />
        <RefreshWhile />
      </CardSection>
    </Card>
  );
}
