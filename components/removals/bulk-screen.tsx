"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useCallback } from "react";
import { BulkBar } from "@/components/removals/bulk-bar";
import { BulkStop } from "@/components/removals/bulk-stop";
import { useBulk } from "@/components/removals/bulk-watch";
import {
  BULK_STATUS_LABELS,
  certificates,
  judgedCount,
  resultSentence,
  selectionSentence,
} from "@/components/removals/bulk-words";
import { Card, CardSection } from "@/components/ui/card";
import { Facts } from "@/components/ui/facts";
import { LiveRegion } from "@/components/ui/live-region";
import { Notice } from "@/components/ui/notice";
import { Section } from "@/components/ui/section";
import { visibleText } from "@/lib/certificates/rules";
import { formatDateTimeUtc, formatDuration, formatRelative } from "@/lib/dates/rules";
import type { BulkView } from "@/lib/removal/schema";

/** How far a bulk deletion is, or what came of it; kept up to date while it goes on. */
export function BulkScreen({ initial, mayDelete }: { initial: BulkView; mayDelete: boolean }) {
  const router = useRouter();
  // The lists below come from the server.
  const onEnd = useCallback(() => router.refresh(), [router]);
  const { bulk = initial, isRunning, error } = useBulk(initial.id, { initial, onEnd });
  return (
    <Section title={isRunning ? "Progress" : "Result"}>
      <Card>
        {isRunning ? (
          <CardSection className="grid gap-3">
            <BulkBar bulk={bulk} />
            {mayDelete ? <BulkStop bulk={bulk} /> : null}
          </CardSection>
        ) : null}
        <CardSection className="grid gap-4">
          <BulkFacts bulk={bulk} />
        </CardSection>
        {bulk.error === null ? null : (
          <CardSection className="whitespace-pre-line text-muted">{visibleText(bulk.error)}</CardSection>
        )}
      </Card>
      <div role="alert" className="not-empty:mt-3">
        {error && isRunning ? <Notice tone="warning">{error.message}</Notice> : null}
      </div>
      <LiveRegion>
        {isRunning ? "The bulk deletion is running." : `${BULK_STATUS_LABELS[bulk.status]}. ${resultSentence(bulk)}`}
      </LiveRegion>
    </Section>
  );
}

function BulkFacts({ bulk }: { bulk: BulkView }) {
  const now = new Date(bulk.at);
  const requestedAt = new Date(bulk.requestedAt);
  const judged = judgedCount(bulk);
  const figure = (count: number) => count.toLocaleString("en");
  return (
    <>
      <Facts
        facts={[
          { term: "Status", value: BULK_STATUS_LABELS[bulk.status], note: noteOf(bulk) },
          {
            term: "Requested",
            value: formatDateTimeUtc(requestedAt),
            note: `${formatRelative(requestedAt, now)}, by ${visibleText(bulk.requestedByLabel)}`,
          },
          { term: "Selected", value: certificates(bulk.total), note: <Selected bulk={bulk} /> },
          { term: "Duration", value: durationOf(bulk, now) },
        ]}
      />
      <Facts
        facts={[
          { term: "Removed", value: figure(bulk.removed) },
          { term: "Skipped", value: figure(judged - bulk.removed - bulk.failed) },
          { term: "Failed", value: figure(bulk.failed) },
          { term: "Not reached", value: figure(bulk.total - judged) },
        ]}
      />
    </>
  );
}

function Selected({ bulk }: { bulk: BulkView }) {
  if (bulk.retryOfId === null) return selectionSentence(bulk.selection);
  return (
    <>
      What failed in{" "}
      <Link href={{ pathname: `/removals/bulk/${bulk.retryOfId}` }} prefetch={false} className="link">
        an earlier bulk deletion
      </Link>
    </>
  );
}

function noteOf(bulk: BulkView): string | null {
  switch (bulk.status) {
    case "queued":
      return "It begins in a moment, or behind another one";
    case "running":
      return bulk.isStopRequested ? "Stopping after the certificates at hand" : null;
    case "succeeded_with_errors":
      return `${bulk.failed.toLocaleString("en")} could not be deleted`;
    case "stopped":
      return bulk.stopRequestedByLabel === null ? null : `by ${visibleText(bulk.stopRequestedByLabel)}`;
    case "succeeded":
    case "failed":
      return null;
  }
}

function durationOf(bulk: BulkView, now: Date): string {
  if (bulk.startedAt === null) return "–";
  const end = bulk.finishedAt === null ? now : new Date(bulk.finishedAt);
  return formatDuration(Math.max(0, end.getTime() - new Date(bulk.startedAt).getTime()));
}
