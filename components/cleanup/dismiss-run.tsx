"use client";

import { useRunAction } from "@/components/cleanup/use-run-action";
import { Button } from "@/components/ui/button";
import { PAGE_HEADING_ID } from "@/components/ui/page-header";
import { acknowledgeCleanupRun } from "@/lib/cleanup/actions";

/** Says that one has seen how a run ended. The notice goes, and the focus to the heading of the page. */
export function DismissRun({ runId }: { runId: string }) {
  const onDone = () => document.getElementById(PAGE_HEADING_ID)?.focus();
  const { run, pending, problem } = useRunAction(acknowledgeCleanupRun, { runId, onDone });
  return (
    <>
      <Button onClick={run} pending={pending} pendingLabel="Dismissing…">
        Dismiss
      </Button>
      <span role="alert" className="text-sm text-danger empty:hidden">
        {problem}
      </span>
    </>
  );
}
