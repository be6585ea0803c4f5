"use client";

import { type ReactNode, useRef } from "react";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Notice } from "./notice";

type AlertDialogProps = {
  open: boolean;
  onClose: () => void;
  onConfirm: () => void;
  title: string;
  description: ReactNode;
  children?: ReactNode;
  confirmLabel: string;
  pendingLabel: string;
  pending?: boolean;
  tone?: "danger" | "primary";
  /** Why confirming is refused for now, such as a word still to be typed. */
  explain?: string | undefined;
  /** What went wrong and what to do; the dialog stays. */
  error?: ReactNode;
};

/** Asks before something that cannot be undone. Cancel has the focus. */
export function AlertDialog({
  open,
  onClose,
  onConfirm,
  title,
  description,
  children,
  confirmLabel,
  pendingLabel,
  pending = false,
  tone = "danger",
  explain,
  error,
}: AlertDialogProps) {
  const cancel = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      description={description}
      pending={pending}
      role="alertdialog"
      initialFocus={cancel}
      footer={
        <>
          <Button ref={cancel} onClick={onClose} explain={pending ? "Wait until this has finished." : undefined}>
            Cancel
          </Button>
          <Button variant={tone} onClick={onConfirm} pending={pending} pendingLabel={pendingLabel} explain={explain}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      {children}
      {/* Always there, so that a screen reader hears what is put into it. */}
      <div role="alert" className="not-empty:mt-4">
        {error ? <Notice tone="danger">{error}</Notice> : null}
      </div>
    </Dialog>
  );
}
