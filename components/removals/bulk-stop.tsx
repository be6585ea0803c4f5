"use client";

import { useMutation } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { bulkStop } from "@/lib/removal/query-options";
import type { BulkView } from "@/lib/removal/schema";

/** Ends a bulk deletion after the certificates at hand. */
export function BulkStop({ bulk }: { bulk: BulkView }) {
  const stop = useMutation(bulkStop);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <Button
        onClick={() => stop.mutate(bulk.id)}
        pending={bulk.isStopRequested || stop.isPending}
        pendingLabel="Stopping…"
      >
        Stop
      </Button>
      <p className="text-sm text-muted">What is removed by then stays removed.</p>
      <div role="alert" className="w-full empty:hidden">
        {stop.error ? <Notice tone="danger">{stop.error.message}</Notice> : null}
      </div>
    </div>
  );
}
