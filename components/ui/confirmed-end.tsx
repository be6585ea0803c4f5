"use client";

import { type ReactNode, useEffect, useRef, useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { PAGE_HEADING_ID } from "@/components/ui/page-header";
import { useChange } from "@/components/ui/use-change";

type Props = {
  /** What is ended, for whoever hears the button's name only. */
  name: string;
  verb: "Delete" | "Revoke";
  pendingLabel: string;
  title: string;
  description: ReactNode;
  /** What is said when it is done. */
  message: string;
  end: Parameters<ReturnType<typeof useChange>["run"]>[0];
};

/** Ends something that a row shows, after asking. The row or its button goes then, so the focus moves to the page's heading. */
export function ConfirmedEnd({ name, verb, pendingLabel, title, description, message, end }: Props) {
  const { run, pending, problem, clearProblem } = useChange();
  const [open, setOpen] = useState(false);
  const ended = useRef(false);
  useEffect(() => () => void (ended.current && document.getElementById(PAGE_HEADING_ID)?.focus()), []);

  const close = () => {
    setOpen(false);
    clearProblem();
  };
  const after = () => {
    ended.current = true;
    close();
  };
  return (
    <>
      <Button variant="quiet-danger" onClick={() => setOpen(true)} aria-label={`${verb} ${name}`}>
        {verb}
      </Button>
      <AlertDialog
        open={open}
        onClose={close}
        onConfirm={() => run(end, { message, after })}
        pending={pending}
        error={problem}
        title={title}
        description={description}
        confirmLabel={verb}
        pendingLabel={pendingLabel}
      />
    </>
  );
}
