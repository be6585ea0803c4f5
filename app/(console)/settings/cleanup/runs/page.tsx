import type { Metadata } from "next";
import { RunTable } from "@/components/cleanup/run-table";
import { ButtonLink } from "@/components/ui/button-link";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Pager } from "@/components/ui/pager";
import { admitToPage } from "@/lib/auth/gate";
import { listRuns } from "@/lib/cleanup/history";
import { type MomentPlace, momentPlaceText, momentPosition } from "@/lib/paging/schema";

export const metadata: Metadata = { title: "Cleanup runs" };

export default async function CleanupRunsPage({ searchParams }: PageProps<"/settings/cleanup/runs">) {
  const now = new Date();
  const scope = await admitToPage("cleanup:manage", now);
  const position = momentPosition.parse(await searchParams);
  const { rows, previous, next } = await listRuns(scope, position);
  const pageAt = (place: MomentPlace | null, side: "after" | "before") =>
    place === null ? null : { pathname: "/settings/cleanup/runs", query: { [side]: momentPlaceText(place) } };
  return (
    <>
      <PageHeader title="Cleanup runs" actions={<ButtonLink href="/settings/cleanup">Certificate Cleanup</ButtonLink>}>
        Every run of Certificate Cleanup, newest first. They are kept for ever.
      </PageHeader>
      {rows.length === 0 ? (
        <EmptyState title={position.after === null ? "Never run yet" : "No older run"}>
          Each run, by schedule or by hand, leaves its account here.
        </EmptyState>
      ) : (
        <>
          <RunTable runs={rows} now={now} />
          <Pager
            summary={rows.length === 1 ? "1 run" : `${rows.length} runs`}
            previous={pageAt(previous, "before")}
            next={pageAt(next, "after")}
          />
        </>
      )}
    </>
  );
}
