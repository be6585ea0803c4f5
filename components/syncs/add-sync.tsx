"use client";

import { useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Notice } from "@/components/ui/notice";
import { useChange } from "@/components/ui/use-change";
import { addSyncAction } from "@/lib/syncs/actions";
import type { DestinationChoice } from "@/lib/syncs/schema";

type AddSyncProps = {
  certificateId: string;
  choices: readonly DestinationChoice[];
  mayManageDestinations: boolean;
};

/** The button that syncs a certificate to another destination, and its dialog. */
export function AddSync({ certificateId, choices, mayManageDestinations }: AddSyncProps) {
  const { run, pending, problem, clearProblem } = useChange();
  const [open, setOpen] = useState(false);
  const cancel = useRef<HTMLButtonElement>(null);
  // The reason of the first one would cover the others at once.
  const first = choices[0]?.problem === null ? {} : { initialFocus: cancel };
  const close = () => {
    setOpen(false);
    clearProblem();
  };
  const add = ({ id, name }: DestinationChoice) =>
    pending ||
    run(() => addSyncAction({ certificateId, destinationId: id }), {
      message: `The certificate is on its way to ${name}.`,
      after: close,
    });
  const where = mayManageDestinations ? "Add one first." : "A product admin can add one under Settings.";
  return (
    <>
      <Button
        onClick={() => setOpen(true)}
        explain={choices.length === 0 ? `There is no other destination. ${where}` : undefined}
        explainLink={
          mayManageDestinations ? { label: "Destinations", href: { pathname: "/settings/destinations" } } : undefined
        }
      >
        Add sync
      </Button>
      <Dialog
        open={open}
        onClose={close}
        pending={pending}
        title="Add sync"
        description="Certsweep keeps a copy there, looks at it every day, and does not let the certificate be deleted while it is there."
        footer={
          <Button ref={cancel} onClick={close}>
            Cancel
          </Button>
        }
        {...first}
      >
        <ul aria-label="Destinations" className="mt-4 divide-y divide-line border-y border-line">
          {choices.map((choice) => (
            <li key={choice.id} className="flex items-center justify-between gap-4 py-2">
              <div className="min-w-0">
                <span className="font-medium wrap-anywhere">{choice.name}</span>
                {choice.problem === null ? null : <p className="text-sm text-muted">{choice.problem}</p>}
              </div>
              <Button
                onClick={() => add(choice)}
                pending={pending}
                aria-label={`Sync to ${choice.name}`}
                explain={choice.problem ?? undefined}
              >
                Sync
              </Button>
            </li>
          ))}
        </ul>
        <div role="alert" className="not-empty:mt-4">
          {problem === null ? null : <Notice tone="danger">{problem}</Notice>}
        </div>
      </Dialog>
    </>
  );
}
