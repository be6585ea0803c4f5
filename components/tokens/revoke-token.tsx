"use client";

import { useEffect, useRef, useState } from "react";
import { useChange } from "@/components/members/use-change";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { PAGE_HEADING_ID } from "@/components/ui/page-header";
import { revokeApiToken } from "@/lib/tokens/actions";

/** Revokes a token, after asking. */
export function RevokeToken({ tokenId, name }: { tokenId: string; name: string }) {
  const { run, pending, problem, clearProblem } = useChange();
  const [open, setOpen] = useState(false);
  const revoked = useRef(false);
  // The button that had the focus goes: what has ended cannot be revoked.
  useEffect(() => () => void (revoked.current && document.getElementById(PAGE_HEADING_ID)?.focus()), []);

  const close = () => {
    setOpen(false);
    clearProblem();
  };
  const confirm = () =>
    run(() => revokeApiToken({ tokenId }), {
      message: `${name} is revoked.`,
      after: () => {
        revoked.current = true;
        close();
      },
    });
  return (
    <>
      <Button variant="quiet-danger" onClick={() => setOpen(true)} aria-label={`Revoke ${name}`}>
        Revoke
      </Button>
      <AlertDialog
        open={open}
        onClose={close}
        onConfirm={confirm}
        pending={pending}
        error={problem}
        title="Revoke token"
        description={
          <>
            Programs that use <strong>{name}</strong> are refused from their next request on. A revoked token cannot be
            brought back.
          </>
        }
        confirmLabel="Revoke"
        pendingLabel="Revoking…"
      />
    </>
  );
}
