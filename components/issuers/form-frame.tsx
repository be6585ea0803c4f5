import { type FormEvent, type ReactNode, useEffect, useRef } from "react";
import { FormProblem } from "@/components/auth/form-problem";
import { Button } from "@/components/ui/button";
import type { Problem } from "@/lib/http/result";

type FormFrameProps = {
  /** Answers with what stands in a field, "" for none. */
  onSubmit: (typed: (name: string) => string) => void;
  onCancel: () => void;
  pending: boolean;
  problem: Problem | null;
  submitLabel: string;
  pendingLabel: string;
  children: ReactNode;
};

/** A form in a dialog. What was typed stays while something is wrong with it, and the first wrong field gets the focus. */
export function FormFrame(props: FormFrameProps) {
  const { onSubmit, onCancel, pending, problem, submitLabel, pendingLabel, children } = props;
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (problem?.fields) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    else if (problem !== null) form.current?.scrollIntoView({ block: "start" });
  }, [problem]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending) return;
    const data = new FormData(event.currentTarget);
    onSubmit((name) => String(data.get(name) ?? ""));
  };
  return (
    <form ref={form} onSubmit={submit} noValidate className="mt-4 grid scroll-mt-6 grid-cols-[minmax(0,1fr)] gap-4">
      <FormProblem>{problem === null || problem.fields ? null : problem.message}</FormProblem>
      {children}
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" pending={pending} pendingLabel={pendingLabel}>
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}
