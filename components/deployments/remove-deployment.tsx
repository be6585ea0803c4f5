"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState, useTransition } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { removeDeploymentAction } from "@/lib/deployments/actions";
import { browserAnswer } from "@/lib/http/browser-request";

type RemoveDeploymentProps = { certificateId: string; deploymentId: string; name: string };

/** Takes one deployment off the list, after asking. */
export function RemoveDeployment({ certificateId, deploymentId, name }: RemoveDeploymentProps) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [pending, startTransition] = useTransition();
  const removed = useRef(false);
  // The row goes, and with it the button that had the focus.
  useEffect(() => () => void (removed.current && document.getElementById("in-use")?.focus()), []);

  const remove = () =>
    startTransition(async () => {
      const result = await browserAnswer(() => removeDeploymentAction({ certificateId, deploymentId }));
      if (!result.ok && result.problem.code !== "not_found") return setError(result.problem.message);
      removed.current = true;
      setOpen(false);
      router.refresh();
    });
  const close = () => {
    setOpen(false);
    setError(null);
  };

  return (
    <>
      <Button variant="quiet-danger" aria-label={`Remove ${name}`} onClick={() => setOpen(true)}>
        Remove
      </Button>
      <AlertDialog
        open={open}
        onClose={close}
        onConfirm={remove}
        title="Remove deployment"
        description={
          <>
            <strong>{name}</strong> will no longer keep this certificate from being deleted.
          </>
        }
        confirmLabel="Remove"
        pendingLabel="Removing…"
        pending={pending}
        error={error}
      />
    </>
  );
}
