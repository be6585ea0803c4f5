import type { Metadata } from "next";
import { ScanForm } from "@/components/discovery/scan-form";
import { ScanProgress } from "@/components/discovery/scan-progress";
import { ScanTable } from "@/components/discovery/scan-table";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Pager } from "@/components/ui/pager";
import { Section } from "@/components/ui/section";
import { admitToPage } from "@/lib/auth/gate";
import { listScans, readCurrentScan } from "@/lib/discovery/queries";
import { type MomentPlace, momentPlaceText, momentPosition } from "@/lib/paging/schema";

export const metadata: Metadata = { title: "Discovery" };

export default async function DiscoveryPage({ searchParams }: PageProps<"/settings/discovery">) {
  const now = new Date();
  const scope = await admitToPage("discovery:manage", now);
  const position = momentPosition.parse(await searchParams);
  // First: the page stays fresh for as long as a scan goes on, so its row may not be older than that.
  const current = await readCurrentScan(scope);
  const { rows, previous, next } = await listScans(scope, position);
  const pageAt = (place: MomentPlace | null, side: "after" | "before") =>
    place === null ? null : { pathname: "/settings/discovery", query: { [side]: momentPlaceText(place) } };
  return (
    <>
      <PageHeader title="Discovery">
        Looks at your servers for certificates: what they serve is added to the inventory, and where it is served is
        watched. Nothing but a TLS handshake is sent.
      </PageHeader>
      {current === null ? null : (
        <Section title="Going on">
          <ScanProgress scan={current} now={now} />
        </Section>
      )}
      <Section title="New scan">
        <ScanForm isBusy={current !== null} />
      </Section>
      <Section title="Scans">
        {rows.length === 0 ? (
          <EmptyState title={position.after === null ? "Nothing scanned yet" : "No older scan"}>
            Each scan leaves its account here.
          </EmptyState>
        ) : (
          <>
            <ScanTable scans={rows} />
            <Pager
              summary={rows.length === 1 ? "1 scan" : `${rows.length} scans`}
              previous={pageAt(previous, "before")}
              next={pageAt(next, "after")}
            />
          </>
        )}
      </Section>
    </>
  );
}
