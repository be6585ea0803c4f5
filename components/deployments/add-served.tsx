"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { addServedAction } from "@/lib/deployments/actions";
import { browserAnswer } from "@/lib/http/browser-request";

type AddServedProps = { certificateId: string; deploymentId: string; name: string };

/** Adds the certificate that an endpoint serves instead; the page then links to it. */
export function AddServed({ certificateId, deploymentId, name }: AddServedProps) {
  const router = useRouter();
  const [problem, setProblem] = useState<string | null>(null);
  const [pending, startTransition] = useTransition();
  const add = () => {
    setProblem(null);
    startTransition(async () => {
      const answer = await browserAnswer(() => addServedAction({ certificateId, deploymentId }));
      if (!answer.ok) return setProblem(answer.problem.message);
      router.refresh();
    });
  };
  return (
    <>
      <Button
        aria-label={`Add to the inventory what ${name} serves`}
        onClick={add}
        pending={pending}
        pendingLabel="Adding…"
      >
        Add to the inventory
      </Button>
      <span role="alert" className="text-danger">
        {problem}
      </span>
    </>
  );
}
