import type { Metadata } from "next";
import { NoMatchingRemovals, NoRemovals } from "@/components/removals/removals-empty";
import { RemovalsSearch } from "@/components/removals/removals-search";
import { RemovalsTable } from "@/components/removals/removals-table";
import { ButtonLink } from "@/components/ui/button-link";
import { DownloadLink } from "@/components/ui/download-link";
import { PageHeader } from "@/components/ui/page-header";
import { Pager } from "@/components/ui/pager";
import { admitToPage } from "@/lib/auth/gate";
import { COUNT_CAP } from "@/lib/certificates/rules";
import { countRemovals, listRemovals } from "@/lib/removal/queries";
import { cursorText, type RemovalCursor, removalsAddress } from "@/lib/removal/schema";

export const metadata: Metadata = { title: "Removals" };

export default async function RemovalsPage({ searchParams }: PageProps<"/removals">) {
  const now = new Date();
  const scope = await admitToPage("removals:read", now);
  const address = removalsAddress.parse(await searchParams);
  const [page, total] = await Promise.all([listRemovals(scope, address), countRemovals(scope, address.q)]);
  const search = address.q === "" ? {} : { q: address.q };
  const pageAt = (place: RemovalCursor | null, side: "after" | "before") =>
    place === null ? null : { pathname: "/removals", query: { ...search, [side]: cursorText(place) } };

  if (total === 0 && address.q === "") {
    return (
      <>
        <PageHeader title="Removals" actions={<BulkLink />} />
        <NoRemovals />
      </>
    );
  }
  const counted = countSentence(total);
  return (
    <>
      <PageHeader
        title="Removals"
        actions={
          <>
            <BulkLink />
            <DownloadLink href={`/api/removals/export?${new URLSearchParams(search)}`}>Export CSV</DownloadLink>
          </>
        }
      >
        What went, when, by whom and why
      </PageHeader>
      <div className="mb-2 flex flex-wrap items-center justify-between gap-3">
        <RemovalsSearch typed={address.q} />
        <p role="status" className="text-muted">
          {counted}
        </p>
      </div>
      {page.rows.length === 0 ? (
        <NoMatchingRemovals typed={address.q} />
      ) : (
        <>
          <RemovalsTable rows={page.rows} now={now} />
          <Pager
            summary={`${page.rows.length} of ${counted}`}
            previous={pageAt(page.newer, "before")}
            next={pageAt(page.older, "after")}
          />
        </>
      )}
    </>
  );
}

function BulkLink() {
  return <ButtonLink href="/removals/bulk">Bulk deletions</ButtonLink>;
}

function countSentence(total: number): string {
  if (total > COUNT_CAP) return `${COUNT_CAP.toLocaleString("en")}+ removals`;
  return total === 1 ? "1 removal" : `${total.toLocaleString("en")} removals`;
}
