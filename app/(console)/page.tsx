import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { Overview } from "@/components/certificates/overview";
import { admitToPage } from "@/lib/auth/gate";
import { roleMay } from "@/lib/auth/rules";
import { listCertificates, summariseCertificates } from "@/lib/certificates/queries";
import { pageOptions, summaryOptions, timelineOptions } from "@/lib/certificates/query-options";
import { listQuery } from "@/lib/certificates/schema";
import { readTimeline } from "@/lib/certificates/timeline";

export const metadata: Metadata = { title: "Overview" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function OverviewPage({ searchParams }: Props) {
  const now = new Date();
  const scope = await admitToPage("certificates:read", now);
  const query = listQuery.parse(await searchParams);
  const [page, summary, timeline] = await Promise.all([
    listCertificates(scope, query, now),
    summariseCertificates(scope, query, now),
    readTimeline(scope, query, now),
  ]);
  const cache = new QueryClient();
  cache.setQueryData(pageOptions(query).queryKey, page);
  cache.setQueryData(summaryOptions(query).queryKey, summary);
  cache.setQueryData(timelineOptions(query).queryKey, timeline);
  return (
    <HydrationBoundary state={dehydrate(cache)}>
      <Overview
        mayUpload={roleMay(scope.role, "certificates:upload")}
        mayDelete={roleMay(scope.role, "certificates:delete")}
      />
    </HydrationBoundary>
  );
}
