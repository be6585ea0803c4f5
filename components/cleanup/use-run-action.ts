"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import type { Result } from "@/lib/http/result";

type RunAction = (input: { runId: string }) => Promise<Result<null>>;

const UNKNOWN = "The server cannot be reached, so it is not known what happened. Reload the page to see.";

/** Does one thing with a run; then the page is read anew, and `onDone` is called where it succeeded. */
export function useRunAction(act: RunAction, { runId, onDone }: { runId: string; onDone: () => void }) {
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  const [problem, setProblem] = useState<string | null>(null);
  const run = () => {
    setProblem(null);
    startTransition(async () => {
      const failure = await problemOf(() => act({ runId }));
      setProblem(failure);
      if (failure === null) onDone();
      router.refresh();
    });
  };
  return { run, pending, problem, clear: () => setProblem(null) };
}

async function problemOf(act: () => Promise<Result<null>>): Promise<string | null> {
  try {
    const result = await act();
    return result.ok ? null : result.problem.message;
  } catch {
    return UNKNOWN;
  }
}
