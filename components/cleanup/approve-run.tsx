"use client";

import { useId, useState } from "react";
import { useRunAction } from "@/components/cleanup/use-run-action";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { TextInput } from "@/components/ui/text-input";
import { approveCleanupRun } from "@/lib/cleanup/actions";

const WORD = "approve";

/** Lets a held run go on, once the word is typed. `amount` is what it would remove now, such as "150 certificates". */
export function ApproveRun({
  runId,
  amount,
  explain,
}: {
  runId: string;
  amount: string;
  explain?: string | undefined;
}) {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button variant="primary" onClick={() => setAsking(true)} explain={explain}>
        Approve this run
      </Button>
      {isAsking ? <ApproveDialog runId={runId} amount={amount} onClose={() => setAsking(false)} /> : null}
    </>
  );
}

function ApproveDialog({ runId, amount, onClose }: { runId: string; amount: string; onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const formId = useId();
  const { run, pending, problem } = useRunAction(approveCleanupRun, { runId, onDone: onClose });
  const isTyped = typed.trim().toLowerCase() === WORD;
  return (
    <AlertDialog
      open
      onClose={onClose}
      onConfirm={run}
      title="Approve this run"
      description={
        <>
          It will delete <strong>{amount}</strong>, for good, as far as nothing uses them by then. A record of each
          removal stays under Removals.
        </>
      }
      confirmLabel="Approve and delete"
      pendingLabel="Approving…"
      pending={pending}
      explain={isTyped ? undefined : `Type “${WORD}” first.`}
      error={problem}
    >
      <form
        id={formId}
        className="mt-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (isTyped && !pending) run();
        }}
      >
        <TextInput
          label={`Type ${WORD} to confirm`}
          value={typed}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
        />
      </form>
    </AlertDialog>
  );
}
