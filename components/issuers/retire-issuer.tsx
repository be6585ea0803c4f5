"use client";

import { useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { useChange } from "@/components/ui/use-change";
import { retireIssuerAction } from "@/lib/issuers/actions";

type RetireIssuerProps = { id: string; name: string; isRetired: boolean };

/** Takes an issuer out of use, after asking, or brings it back. */
export function RetireIssuer({ id, name, isRetired }: RetireIssuerProps) {
  const { run, pending, problem, clearProblem } = useChange();
  const [open, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
    clearProblem();
  };
  const words = isRetired ? BRING_BACK : RETIRE;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{words.verb}</Button>
      <AlertDialog
        open={open}
        onClose={close}
        onConfirm={() =>
          run(() => retireIssuerAction({ issuerId: id, isRetired: !isRetired }), {
            message: `${name} ${words.done}`,
            after: close,
          })
        }
        pending={pending}
        error={problem}
        tone={isRetired ? "primary" : "danger"}
        title={words.title}
        description={
          <>
            <strong>{name}</strong> {words.effect}
          </>
        }
        confirmLabel={words.verb}
        pendingLabel={words.pending}
      />
    </>
  );
}

const RETIRE = {
  verb: "Retire",
  pending: "Retiring…",
  title: "Retire issuer",
  effect:
    "issues and renews nothing any more. Its certificates stay as they are, can still be revoked, and what it revoked stays published. It can be brought back.",
  done: "is retired.",
};
const BRING_BACK = {
  verb: "Bring back",
  pending: "Bringing back…",
  title: "Bring back issuer",
  effect: "issues and renews again.",
  done: "is in use again.",
};
