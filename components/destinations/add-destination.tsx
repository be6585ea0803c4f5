"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { useToast } from "@/components/ui/toasts";
import { addDestinationAction } from "@/lib/destinations/actions";
import type { DestinationKind } from "@/lib/destinations/rules";
import { browserAnswer } from "@/lib/http/browser-request";
import type { Problem } from "@/lib/http/result";
import { type Asked, DestinationForm } from "./destination-form";

/** The button that adds a destination, and its dialog. */
export function AddDestination() {
  const router = useRouter();
  const showToast = useToast();
  const [open, setOpen] = useState(false);
  const [kind, setKind] = useState<DestinationKind>("acm");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [pending, startTransition] = useTransition();
  const close = () => {
    setOpen(false);
    setProblem(null);
  };
  const add = (asked: Asked) =>
    startTransition(async () => {
      const answer = await browserAnswer(() => addDestinationAction({ kind, ...asked }));
      if (!answer.ok) return setProblem(answer.problem);
      close();
      showToast({ message: `${asked.name.trim()} was added. Test it to see what Certsweep may do there.` });
      router.refresh();
    });
  return (
    <>
      <Button variant="primary" onClick={() => setOpen(true)}>
        Add destination
      </Button>
      <Dialog
        open={open}
        onClose={close}
        pending={pending}
        title="Add destination"
        description="Secrets are kept encrypted and are never shown again."
      >
        <DestinationForm
          kind={kind}
          onKind={(chosen) => {
            setKind(chosen);
            setProblem(null);
          }}
          onSubmit={add}
          onCancel={close}
          pending={pending}
          problem={problem}
        />
      </Dialog>
    </>
  );
}
