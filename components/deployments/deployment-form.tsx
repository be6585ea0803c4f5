"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useEffect, useRef, useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { TextArea } from "@/components/ui/text-area";
import { TextInput } from "@/components/ui/text-input";
import { addDeploymentAction } from "@/lib/deployments/actions";
import { browserAnswer } from "@/lib/http/browser-request";
import type { Problem } from "@/lib/http/result";

/** Adds a deployment to a certificate. What was typed stays until it was added. */
export function DeploymentForm({ certificateId }: { certificateId: string }) {
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const service = useRef<HTMLInputElement>(null);
  const [pending, startTransition] = useTransition();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (problem?.fields) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problem]);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending) return;
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => String(fields.get(name) ?? "");
    setSaid("");
    startTransition(async () => {
      const typed = { service: text("service"), resource: text("resource"), note: text("note") };
      const result = await browserAnswer(() => addDeploymentAction({ certificateId, ...typed }));
      setProblem(result.ok ? null : result.problem);
      if (!result.ok) return;
      form.current?.reset();
      service.current?.focus();
      setSaid(`${typed.service.trim()} was added.`);
      router.refresh();
    });
  };

  const errors = problem?.fields ?? {};
  return (
    <form
      ref={form}
      onSubmit={submit}
      aria-label="Add deployment"
      noValidate
      className="mt-4 grid gap-3 wide:max-w-2xl"
    >
      <div className="grid items-start gap-3 wide:grid-cols-2">
        <TextInput ref={service} label="Service" name="service" required error={errors.service} />
        <TextInput
          label="Resource"
          name="resource"
          required
          placeholder="host:port, ARN, anything"
          error={errors.resource}
        />
      </div>
      <TextArea label="Note" name="note" rows={2} error={errors.note} />
      <div role="alert">
        {problem !== null && !problem.fields ? <Notice tone="danger">{problem.message}</Notice> : null}
      </div>
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" pending={pending} pendingLabel="Adding…">
          Add deployment
        </Button>
        <span role="status" className="text-muted">
          {said}
        </span>
      </div>
    </form>
  );
}
