"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { useToast } from "@/components/ui/toasts";
import { changeDestinationAction } from "@/lib/destinations/actions";
import type { DestinationKind } from "@/lib/destinations/rules";
import { browserAnswer } from "@/lib/http/browser-request";
import type { Problem } from "@/lib/http/result";
import { type Asked, DestinationForm } from "./destination-form";

type EditDestinationProps = {
  id: string;
  name: string;
  /** Null where only the name is known. */
  kind: DestinationKind | null;
  settings: Record<string, string>;
};

/** Changes a destination's name, settings and secrets. */
export function EditDestination({ id, name, kind, settings }: EditDestinationProps) {
  const router = useRouter();
  const showToast = useToast();
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [pending, startTransition] = useTransition();
  const close = () => {
    setOpen(false);
    setProblem(null);
  };
  const save = (asked: Asked) =>
    startTransition(async () => {
      const answer = await browserAnswer(() => changeDestinationAction({ destinationId: id, ...asked }));
      if (!answer.ok) return setProblem(answer.problem);
      close();
      showToast({ message: `${asked.name.trim()} was changed.` });
      router.refresh();
    });
  return (
    <>
      <Button
        variant="quiet"
        onClick={() => setOpen(true)}
        aria-label={`Edit ${name}`}
        explain={kind === null ? "Certsweep knows no more of it than its name." : undefined}
      >
        Edit
      </Button>
      {kind === null ? null : (
        <Dialog
          open={open}
          onClose={close}
          pending={pending}
          title="Edit destination"
          description={<>The next push goes to what is said here. Copies that are elsewhere stay there.</>}
        >
          <DestinationForm
            kind={kind}
            present={{ name, fields: settings }}
            onSubmit={save}
            onCancel={close}
            pending={pending}
            problem={problem}
          />
        </Dialog>
      )}
    </>
  );
}
