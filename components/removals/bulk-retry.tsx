"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { certificates } from "@/components/removals/bulk-words";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { bulkRetry } from "@/lib/removal/query-options";

/** Tries again to delete what failed, and nothing else; the page of that attempt opens. */
export function BulkRetry({ id, failed }: { id: string; failed: number }) {
  const router = useRouter();
  const retry = useMutation({
    ...bulkRetry,
    onSuccess: ({ bulkDeletionId }) => router.push(`/removals/bulk/${bulkDeletionId}`),
  });
  return (
    <>
      <Button onClick={() => retry.mutate(id)} pending={retry.isPending || retry.isSuccess} pendingLabel="Retrying…">
        Retry {certificates(failed)}
      </Button>
      <div role="alert" className="w-full empty:hidden">
        {retry.error ? <Notice tone="danger">{retry.error.message}</Notice> : null}
      </div>
    </>
  );
}
