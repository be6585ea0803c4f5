"use client";

import { useEffect, useRef, useState } from "react";
import { useChange } from "@/components/members/use-change";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { PAGE_HEADING_ID } from "@/components/ui/page-header";
import { deleteNotificationWebhook } from "@/lib/notifications/actions";

/** Deletes a webhook, after asking. */
export function DeleteWebhook({ webhookId, host }: { webhookId: string; host: string }) {
  const { run, pending, problem, clearProblem } = useChange();
  const [open, setOpen] = useState(false);
  const deleted = useRef(false);
  // The row goes, and with it the button that had the focus.
  useEffect(() => () => void (deleted.current && document.getElementById(PAGE_HEADING_ID)?.focus()), []);

  const close = () => {
    setOpen(false);
    clearProblem();
  };
  const confirm = () =>
    run(() => deleteNotificationWebhook({ webhookId }), {
      message: `The webhook of ${host} is deleted.`,
      after: () => {
        deleted.current = true;
        close();
      },
    });
  return (
    <>
      <Button variant="quiet-danger" onClick={() => setOpen(true)} aria-label={`Delete ${host}`}>
        Delete
      </Button>
      <AlertDialog
        open={open}
        onClose={close}
        onConfirm={confirm}
        pending={pending}
        error={problem}
        title="Delete webhook"
        description={
          <>
            <strong>{host}</strong> is told nothing more. Its secret and its deliveries are deleted too.
          </>
        }
        confirmLabel="Delete"
        pendingLabel="Deleting…"
      />
    </>
  );
}
