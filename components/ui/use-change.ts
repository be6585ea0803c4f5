"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { useToast } from "@/components/ui/toasts";
import type { Result } from "@/lib/http/result";

/** Runs one change after the other: what it came to is said in a toast or as `problem`, and the page is read anew. */
export function useChange() {
  const router = useRouter();
  const showToast = useToast();
  const [pending, startTransition] = useTransition();
  const [problem, setProblem] = useState<string | null>(null);

  const run = (change: () => Promise<Result<unknown>>, done: { message: string; after?: () => void }) => {
    setProblem(null);
    startTransition(async () => {
      const answer = await settled(change);
      if (answer.ok) {
        showToast({ message: done.message });
        done.after?.();
      } else {
        setProblem(answer.problem.message);
      }
      router.refresh();
    });
  };
  return { run, pending, problem, clearProblem: () => setProblem(null) };
}

async function settled(change: () => Promise<Result<unknown>>): Promise<Result<unknown>> {
  try {
    return await change();
  } catch {
    const message = "The server did not answer. Reload the page to see what is there, then try again.";
    return { ok: false, problem: { code: "unavailable", message } };
  }
}
