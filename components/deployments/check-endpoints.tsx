"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { checkEndpointsAction } from "@/lib/deployments/actions";
import { browserAnswer } from "@/lib/http/browser-request";

/** Looks at the endpoints of a certificate now; the page then shows what was seen. */
export function CheckEndpoints({ certificateId }: { certificateId: string }) {
  const router = useRouter();
  const [said, setSaid] = useState("");
  const [pending, startTransition] = useTransition();
  const check = () => {
    setSaid("");
    startTransition(async () => {
      const answer = await browserAnswer(() => checkEndpointsAction({ certificateId }));
      setSaid(answer.ok ? "Checked." : answer.problem.message);
      if (answer.ok) router.refresh();
    });
  };
  return (
    <>
      <span role="status" className="self-center text-muted empty:-mr-2">
        {said}
      </span>
      <Button onClick={check} pending={pending} pendingLabel="Checking…">
        Check now
      </Button>
    </>
  );
}
