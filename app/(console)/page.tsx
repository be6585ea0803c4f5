import { setTimeout as sleep } from "node:timers/promises";
import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { Overview } from "@/components/certificates/overview";
import { admitToPage } from "@/lib/auth/gate";
import { roleMay } from "@/lib/auth/rules";
import { listCertificates } from "@/lib/certificates/queries";
import { pageOptions, summaryOptions, timelineOptions } from "@/lib/certificates/query-options";
import { listQuery } from "@/lib/certificates/schema";
import { summariseCertificates } from "@/lib/certificates/summary";
import { readTimeline } from "@/lib/certificates/timeline";
import { hasUsableIssuer } from "@/lib/issuers/queries";
import { listUnfinishedBulks } from "@/lib/removal/bulk-queries";

export const metadata: Metadata = { title: "Overview" };

/** How long the page waits for its figures; later ones the browser asks for itself. */
const FIGURES_MS = 100;

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function OverviewPage({ searchParams }: Props) {
  const now = new Date();
  const scope = await admitToPage("certificates:read", now);
  const query = listQuery.parse(await searchParams);
  const cache = new QueryClient();
  const figures = Promise.all([
    cache.prefetchQuery({
      queryKey: summaryOptions(query).queryKey,
      queryFn: () => summariseCertificates(scope, query, now),
    }),
    cache.prefetchQuery({ queryKey: timelineOptions(query).queryKey, queryFn: () => readTimeline(scope, query, now) }),
  ]);
  const [page, bulks, hasIssuer] = await Promise.all([
    listCertificates(scope, query, now),
    listUnfinishedBulks(scope, now),
    roleMay(scope.role, "certificates:issue") && hasUsableIssuer(scope, now),
  ]);
  cache.setQueryData(pageOptions(query).queryKey, page);
  const figuresAreThere = await Promise.race([figures.then(() => true), sleep(FIGURES_MS).then(() => false)]);
  return (
    <HydrationBoundary state={dehydrate(cache)}>
      <Overview
        figuresAreThere={figuresAreThere}
        bulks={bulks}
        mayIssue={hasIssuer}
        mayUpload={roleMay(scope.role, "certificates:upload")}
        mayDelete={roleMay(scope.role, "certificates:delete")}
      />
    </HydrationBoundary>
  );
}
