import Link from "next/link";
import { type Counted, certificatesCounted, formatCount } from "@/components/certificates/counts";
import { overviewAddress } from "@/components/certificates/use-overview-address";
import { ButtonLink } from "@/components/ui/button-link";
import { DownloadLink } from "@/components/ui/download-link";
import { PageHeader } from "@/components/ui/page-header";
import { overviewParams } from "@/lib/certificates/query-options";
import type { ListQuery, ListSummary } from "@/lib/certificates/schema";

type Props = {
  summary: ListSummary | undefined;
  total: Counted | undefined;
  query: ListQuery;
  dimmed: boolean;
  mayIssue: boolean;
  mayUpload: boolean;
};

/** The heading, how many certificates there are, and how many of them may be deleted now. */
export function OverviewHeader({ summary, total, query, dimmed, mayIssue, mayUpload }: Props) {
  const { after: _after, before: _before, ...kept } = query;
  return (
    <PageHeader
      title="Overview"
      actions={
        <>
          {summary?.isEmpty ? null : (
            <DownloadLink href={`/api/certificates/export?${new URLSearchParams(overviewParams(kept))}`}>
              Export CSV
            </DownloadLink>
          )}
          {mayIssue ? <ButtonLink href="/certificates/issue">Issue certificate</ButtonLink> : null}
          {mayUpload ? (
            <ButtonLink href="/certificates/upload" variant="primary">
              Upload certificates
            </ButtonLink>
          ) : null}
        </>
      }
    >
      {summary === undefined || total === undefined ? (
        <p>…</p>
      ) : (
        <p aria-busy={dimmed || undefined} className={dimmed ? "opacity-50 transition-opacity" : "transition-opacity"}>
          {certificatesCounted(total)} ·{" "}
          <Link href={overviewAddress({ ...kept, deletable: "yes" })} className="link" prefetch={false} scroll={false}>
            {deletableText({ count: summary.deletable, isLeast: summary.isDeletablePartial })}
          </Link>
        </p>
      )}
    </PageHeader>
  );
}

function deletableText(deletable: Counted): string {
  if (deletable.isLeast && deletable.count === 0) return "show what may be deleted now";
  return `${formatCount(deletable)} may be deleted now`;
}
