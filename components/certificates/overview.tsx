"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { CertificateTable } from "@/components/certificates/certificate-table";
import { certificatesCounted, formatCount, totalOf } from "@/components/certificates/counts";
import { DeleteDialog } from "@/components/certificates/delete-dialog";
import { focusRow, focusRowOf } from "@/components/certificates/focus-row";
import { loadRowActions } from "@/components/certificates/load-row-actions";
import { OverviewEmpty } from "@/components/certificates/overview-empty";
import { OverviewFailure } from "@/components/certificates/overview-failure";
import { OverviewFilters } from "@/components/certificates/overview-filters";
import { OverviewHeader } from "@/components/certificates/overview-header";
import { OverviewSelection } from "@/components/certificates/overview-selection";
import { OverviewTimeline } from "@/components/certificates/overview-timeline";
import { useFigures } from "@/components/certificates/use-figures";
import { useFollowedLink } from "@/components/certificates/use-followed-link";
import { overviewAddress, useOverviewAddress } from "@/components/certificates/use-overview-address";
import { useSelection } from "@/components/certificates/use-selection";
import { BulkLines } from "@/components/removals/bulk-lines";
import { LiveRegion } from "@/components/ui/live-region";
import { Pager } from "@/components/ui/pager";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useToast } from "@/components/ui/toasts";
import { CERTIFICATES_KEY, pageOptions } from "@/lib/certificates/query-options";
import type { CertificateRow } from "@/lib/certificates/schema";
import type { BulkView, DeletionAnswer } from "@/lib/removal/schema";

// Loaded when a menu is first reached for.
const RowActions = lazy(async () => ({ default: (await loadRowActions()).RowActions }));

type Props = {
  figuresAreThere: boolean;
  /** The bulk deletions that go on. */
  bulks: readonly BulkView[];
  /** The person may, and an issuer is in use. */
  mayIssue: boolean;
  mayUpload: boolean;
  mayDelete: boolean;
};

const NO_ROWS: CertificateRow[] = [];

/** The inventory: its state is the address, its data the query cache, first filled by the server. */
export function Overview({ figuresAreThere, bulks, mayIssue, mayUpload, mayDelete }: Props) {
  const { query, push, replace, followLinks } = useOverviewAddress();
  const page = useQuery(pageOptions(query));
  const { summary, timeline, ...figures } = useFigures(query, figuresAreThere);
  const selection = useSelection(query, page.data?.rows ?? NO_ROWS);
  const [begun, setBegun] = useState<string[]>([]);
  const [deleting, setDeleting] = useState<{ row: CertificateRow; position: number } | null>(null);
  const [acting, setActing] = useState<{ row: CertificateRow; anchor: HTMLElement } | null>(null);
  const client = useQueryClient();
  const showToast = useToast();
  const { after: _after, before: _before, ...kept } = query;
  const noteFollowed = useFollowedLink(page.isFetched && !page.isPlaceholderData);
  const failure = page.error ?? figures.error;
  const now = page.data === undefined ? null : new Date(page.data.now);
  // Of two filters while one of them is still on its way, each speaks for itself.
  const isOfOneFilter = !figures.summaryIsOld && !page.isPlaceholderData;
  const total = summary && totalOf(summary, isOfOneFilter ? page.data : undefined);

  const finish = (answer: Exclude<DeletionAnswer, { kind: "blocked" }>) => {
    setDeleting(null);
    selection.drop(answer.removalId);
    const message =
      answer.kind === "removed"
        ? `${answer.name} was deleted.`
        : `${answer.name} was already deleted by ${answer.actorLabel}.`;
    showToast({ message, link: { label: "Removal record", href: { pathname: `/removals/${answer.removalId}` } } });
    focusRow(deleting?.position ?? 0);
  };

  const previous = page.data?.previous ? overviewAddress({ ...kept, before: page.data.previous }) : null;
  const next = page.data?.next ? overviewAddress({ ...kept, after: page.data.next }) : null;
  return (
    <div
      onClickCapture={(event) => {
        const link = followLinks(event);
        if (link !== null) noteFollowed(link);
      }}
    >
      <OverviewHeader
        summary={summary}
        total={total}
        dimmed={figures.summaryIsOld}
        query={query}
        mayIssue={mayIssue}
        mayUpload={mayUpload}
      />
      {summary?.isEmpty ? null : (
        <>
          {timeline === undefined || now === null ? (
            // As high as the timeline, so that nothing moves when it comes.
            <div className="mb-4 h-19" />
          ) : (
            <OverviewTimeline query={query} timeline={timeline} now={now} dimmed={figures.timelineIsOld} />
          )}
          <OverviewFilters query={query} summary={summary} onPush={push} onReplace={replace} />
        </>
      )}
      <BulkLines bulks={bulks} begun={begun} />
      {failure === null ? null : (
        <OverviewFailure
          error={failure}
          onRetry={() => client.refetchQueries({ queryKey: [CERTIFICATES_KEY], type: "active" })}
        />
      )}
      {page.data === undefined ? (
        failure === null && <SkeletonRows label="Loading certificates" />
      ) : page.data.rows.length === 0 && (page.isFetching || deleting !== null) ? (
        <SkeletonRows label="Loading certificates" />
      ) : page.data.rows.length === 0 ? (
        <OverviewEmpty
          isEmpty={summary?.isEmpty ?? false}
          mayUpload={mayUpload}
          lookedThrough={page.data.lookedThrough}
          further={next ?? previous}
          isBeyond={query.after !== undefined}
        />
      ) : (
        <>
          <CertificateTable
            page={page.data}
            query={query}
            dimmed={page.isPlaceholderData}
            mayDelete={mayDelete}
            selection={selection}
            onDelete={(row) => setDeleting({ row, position: page.data.rows.indexOf(row) })}
            acting={acting?.row.id ?? null}
            onAct={(row, anchor) => setActing((before) => (before?.row.id === row.id ? null : { row, anchor }))}
          />
          {page.data.lookedThrough === null ? null : (
            <p className="mt-2 text-muted">
              Looked through {page.data.lookedThrough.toLocaleString("en")} certificates for this short search. The next
              page goes on from there; with a third letter, all are looked through.
            </p>
          )}
          <Pager
            summary={total === undefined ? "" : `${page.data.rows.length} of ${formatCount(total)}`}
            previous={previous}
            next={next}
          />
        </>
      )}
      <LiveRegion>
        {total === undefined || figures.summaryIsOld ? "" : `${certificatesCounted(total)} shown`}
      </LiveRegion>
      {mayDelete ? (
        <OverviewSelection
          selection={selection}
          filter={kept}
          matching={figures.summaryIsOld ? undefined : total}
          onBegun={(id) => setBegun((before) => [...before, id])}
        />
      ) : null}
      {acting === null ? null : (
        <Suspense>
          <RowActions
            key={acting.row.id}
            row={acting.row}
            anchor={acting.anchor}
            mayChange={mayDelete}
            onClose={() => setActing(null)}
          />
        </Suspense>
      )}
      {deleting === null || now === null ? null : (
        <DeleteDialog
          certificate={deleting.row}
          isUsed={deleting.row.uses.length > 0}
          now={now}
          onClose={() => {
            setDeleting(null);
            focusRowOf(deleting.row.id);
          }}
          onGone={finish}
        />
      )}
    </div>
  );
}
