"use client";

import Link from "next/link";
import { BulkBar } from "@/components/removals/bulk-bar";
import { useBulk } from "@/components/removals/bulk-watch";
import { BULK_STATUS_LABELS, resultSentence } from "@/components/removals/bulk-words";
import { Button } from "@/components/ui/button";
import { LiveRegion } from "@/components/ui/live-region";
import { Notice } from "@/components/ui/notice";
import type { BulkView } from "@/lib/removal/schema";

type Props = { id: string; initial?: BulkView | undefined; onDismiss: () => void };

/** A bulk deletion that goes on, as a line above the list; when it ends, what came of it, until that is dismissed. */
export function BulkLine({ id, initial, onDismiss }: Props) {
  const { bulk, isRunning, error } = useBulk(id, { initial });
  const link = (
    <Link href={{ pathname: `/removals/bulk/${id}` }} prefetch={false} className="link whitespace-nowrap">
      {isRunning ? "Show progress" : "Show result"}
    </Link>
  );
  return (
    <div className="mb-3">
      {bulk === undefined ? (
        error && (
          <Notice tone="warning" title="It is not known yet what came of the deletion">
            {error.message} {link}
          </Notice>
        )
      ) : isRunning ? (
        <div className="grid gap-1.5 rounded-card border border-line bg-surface px-3.5 py-2.5">
          <BulkBar bulk={bulk} />
          <p className="text-sm">{link}</p>
        </div>
      ) : (
        <Notice
          tone={bulk.status === "succeeded" ? "info" : "warning"}
          title={`Bulk deletion: ${BULK_STATUS_LABELS[bulk.status].toLowerCase()}`}
          action={<Button onClick={onDismiss}>Dismiss</Button>}
        >
          {resultSentence(bulk)} {link}
        </Notice>
      )}
      <LiveRegion>
        {bulk === undefined ? null : isRunning ? "A bulk deletion is running." : resultSentence(bulk)}
      </LiveRegion>
    </div>
  );
}
