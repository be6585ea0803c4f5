"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { stopDiscovery } from "@/lib/discovery/actions";
import { browserAnswer } from "@/lib/http/browser-request";

/** Ends a scan after the endpoints at hand. */
export function StopScan({ scanId, isStopRequested }: { scanId: string; isStopRequested: boolean }) {
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  const [problem, setProblem] = useState<string | null>(null);
  const stop = () => {
    setProblem(null);
    startTransition(async () => {
      const answer = await browserAnswer(() => stopDiscovery({ scanId }));
      if (!answer.ok) setProblem(answer.problem.message);
      router.refresh();
    });
  };
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <Button onClick={stop} pending={pending || isStopRequested} pendingLabel="Stopping…">
        Stop
      </Button>
      <p className="text-sm text-muted">It stops after the endpoints at hand. What was found by then stays.</p>
      <div role="alert" className="w-full empty:hidden">
        {problem === null ? null : <Notice tone="danger">{problem}</Notice>}
      </div>
    </div>
  );
}
