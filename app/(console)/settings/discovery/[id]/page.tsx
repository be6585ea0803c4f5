import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { FindingTable } from "@/components/discovery/finding-table";
import { ScanFacts } from "@/components/discovery/scan-facts";
import { ScanProgress } from "@/components/discovery/scan-progress";
import { isGoingOn } from "@/components/discovery/scan-words";
import { ButtonLink } from "@/components/ui/button-link";
import { EmptyState } from "@/components/ui/empty-state";
import { LiveRegion } from "@/components/ui/live-region";
import { PageHeader } from "@/components/ui/page-header";
import { Pager } from "@/components/ui/pager";
import { Section } from "@/components/ui/section";
import { admitToPage } from "@/lib/auth/gate";
import { formatDateTimeUtc } from "@/lib/dates/rules";
import { listFindings, readScan } from "@/lib/discovery/queries";
import { SCAN_STATUS_LABELS, UNREACHABLE_LISTED } from "@/lib/discovery/rules";
import { findingsPosition } from "@/lib/discovery/schema";

export const metadata: Metadata = { title: "Scan" };

export default async function ScanPage({ params, searchParams }: PageProps<"/settings/discovery/[id]">) {
  const now = new Date();
  const scope = await admitToPage("discovery:manage", now);
  const id = z.uuid().safeParse((await params).id).data;
  const scan = id === undefined ? null : await readScan(scope, id);
  if (scan === null) notFound();
  const findings = await listFindings(scope, scan.id, findingsPosition.parse(await searchParams));
  const pageAt = (place: number | null, side: "after" | "before") =>
    place === null ? null : { pathname: `/settings/discovery/${scan.id}`, query: { [side]: String(place) } };
  const count = findings.rows.length;
  return (
    <>
      <PageHeader
        title={`Scan of ${formatDateTimeUtc(new Date(scan.requestedAt))}`}
        actions={<ButtonLink href="/settings/discovery">Discovery</ButtonLink>}
      />
      {isGoingOn(scan) ? <ScanProgress scan={scan} now={now} /> : <ScanFacts scan={scan} now={now} />}
      <LiveRegion>{isGoingOn(scan) ? "" : `The scan has ended: ${SCAN_STATUS_LABELS[scan.status]}.`}</LiveRegion>
      <Section
        title="Findings"
        description={
          scan.unreachable > UNREACHABLE_LISTED
            ? `Of the ${scan.unreachable.toLocaleString("en")} endpoints without an answer the first ${UNREACHABLE_LISTED} are listed.`
            : undefined
        }
      >
        {count === 0 ? (
          <EmptyState title={isGoingOn(scan) ? "Nothing found yet" : "Nothing found"}>
            What serves a certificate is listed here.
          </EmptyState>
        ) : (
          <>
            <FindingTable findings={findings.rows} />
            <Pager
              summary={count === 1 ? "1 endpoint" : `${count} endpoints`}
              previous={pageAt(findings.previous, "before")}
              next={pageAt(findings.next, "after")}
            />
          </>
        )}
      </Section>
    </>
  );
}
