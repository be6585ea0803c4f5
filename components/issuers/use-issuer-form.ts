"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { useToast } from "@/components/ui/toasts";
import { browserAnswer } from "@/lib/http/browser-request";
import type { Problem, Result } from "@/lib/http/result";

type Refused = { kind: "refused"; field?: string | null; sentence: string };

/** A dialog with a form: opened, sent, and closed when what it asked for is done. */
export function useIssuerForm() {
  const router = useRouter();
  const showToast = useToast();
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [pending, startTransition] = useTransition();
  const close = () => {
    setOpen(false);
    setProblem(null);
  };
  const send = (call: () => Promise<Result<unknown>>, message: string) => {
    startTransition(async () => {
      const answer = await browserAnswer(call);
      if (!answer.ok) return setProblem(answer.problem);
      if (isRefused(answer.value)) return setProblem(problemOf(answer.value));
      close();
      showToast({ message });
      router.refresh();
    });
  };
  return { isOpen: open, show: () => setOpen(true), close, send, pending, problem, clear: () => setProblem(null) };
}

function isRefused(value: unknown): value is Refused {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "refused";
}

function problemOf({ field, sentence }: Refused): Problem {
  const problem = { code: "invalid_input", message: sentence } as const;
  if (field === undefined || field === null) return problem;
  // The two fields of the binding come as one.
  return { ...problem, fields: { [field === "eab" ? "eabKeyId" : field]: sentence } };
}
