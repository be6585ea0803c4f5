"use client";

import { useEffect, useId, useRef, useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { useChange } from "@/components/ui/use-change";
import { endSyncAction } from "@/lib/syncs/actions";
import { COPY_ENDS, type CopyEnd, type SyncState } from "@/lib/syncs/rules";

type RemoveSyncProps = {
  certificateId: string;
  syncId: string;
  destination: string;
  state: SyncState;
  /** Certsweep could remove the copy there. */
  isReachable: boolean;
};

/** Ends a sync, after asking what becomes of its copy. */
export function RemoveSync({ certificateId, syncId, destination, state, isReachable }: RemoveSyncProps) {
  const { run, pending, problem, clearProblem } = useChange();
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState<CopyEnd>("remove");
  const isGone = state === "removed";
  const copy = isGone || !isReachable ? "leave" : chosen;
  const ended = useRef(false);
  // The line goes, and with it the button that had the focus.
  useEffect(() => () => void (ended.current && document.getElementById("in-use")?.focus()), []);
  const close = () => {
    setOpen(false);
    clearProblem();
  };
  const after = () => {
    ended.current = true;
    close();
  };
  const message = {
    remove: `The copy at ${destination} is being removed.`,
    leave: isGone ? `${destination} is off the list.` : `The copy at ${destination} stays there.`,
  }[copy];
  return (
    <>
      <Button variant="quiet-danger" aria-label={`Remove sync to ${destination}`} onClick={() => setOpen(true)}>
        Remove sync
      </Button>
      <AlertDialog
        open={open}
        onClose={close}
        onConfirm={() => run(() => endSyncAction({ certificateId, syncId, copy }), { message, after })}
        pending={pending}
        error={problem}
        title="Remove sync"
        description={descriptionOf({ destination, isGone, isReachable })}
        confirmLabel="Remove sync"
        pendingLabel="Removing…"
      >
        {isGone || !isReachable ? null : <CopyChoice destination={destination} chosen={chosen} onChoose={setChosen} />}
      </AlertDialog>
    </>
  );
}

function descriptionOf({
  destination,
  isGone,
  isReachable,
}: {
  destination: string;
  isGone: boolean;
  isReachable: boolean;
}) {
  const name = <strong>{destination}</strong>;
  if (isGone) return <>The copy at {name} is gone already. Only the line in this list goes.</>;
  if (!isReachable) return <>Certsweep cannot reach {name}: if a copy is there, it stays there.</>;
  return <>Certsweep no longer keeps a copy of this certificate at {name}.</>;
}

const CHOICES: Record<CopyEnd, { label: string; hint: string }> = {
  remove: {
    label: "Remove the copy there too",
    hint: "The sync keeps the certificate from being deleted until the copy is gone.",
  },
  leave: { label: "Leave the copy there", hint: "Nobody looks after it any more. Its name is kept in the history." },
};

type CopyChoiceProps = { destination: string; chosen: CopyEnd; onChoose: (chosen: CopyEnd) => void };

function CopyChoice({ destination, chosen, onChoose }: CopyChoiceProps) {
  const id = useId();
  return (
    <fieldset className="mt-4 grid gap-2">
      <legend className="sr-only">The copy at {destination}</legend>
      {COPY_ENDS.map((end) => (
        <div key={end} className="grid grid-cols-[auto_minmax(0,1fr)] items-start gap-x-2.5">
          <input
            type="radio"
            id={`${id}-${end}`}
            name={id}
            value={end}
            checked={chosen === end}
            onChange={() => onChoose(end)}
            aria-describedby={`${id}-${end}-hint`}
            className="mt-[3px] size-4 accent-accent"
          />
          <label htmlFor={`${id}-${end}`} className="font-medium">
            {CHOICES[end].label}
          </label>
          <p id={`${id}-${end}-hint`} className="col-start-2 text-sm text-muted">
            {CHOICES[end].hint}
          </p>
        </div>
      ))}
    </fieldset>
  );
}
