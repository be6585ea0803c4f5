"use client";

import { type KeyboardEvent, type ReactNode, type RefObject, useId, useLayoutEffect, useRef } from "react";

type DialogProps = {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
  /** While something runs the dialog cannot be closed. */
  pending?: boolean;
  role?: "dialog" | "alertdialog";
  /** What gets the focus first; the first focusable thing when it is not given. */
  initialFocus?: RefObject<HTMLElement | null>;
};

/** A modal over the page. The page behind is inert; closing gives the focus back to what had it before. */
export function Dialog({ open, ...rest }: DialogProps) {
  return open ? <OpenDialog {...rest} /> : null;
}

function OpenDialog({
  onClose,
  title,
  description,
  children,
  footer,
  pending = false,
  role = "dialog",
  initialFocus,
}: Omit<DialogProps, "open">) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const descriptionId = useId();

  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    initialFocus?.current?.focus();
    // Closing before React takes the element away is what makes the browser give the focus back.
    return () => element?.close();
  }, [initialFocus]);

  const close = () => {
    if (!pending) onClose();
  };
  const closeOnEscape = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    // Left to itself the browser closes on a second Escape even when the first was refused.
    event.preventDefault();
    close();
  };

  return (
    <dialog
      ref={dialog}
      role={role === "alertdialog" ? role : undefined}
      aria-modal="true"
      aria-labelledby={titleId}
      aria-describedby={description ? descriptionId : undefined}
      aria-busy={pending || undefined}
      onKeyDown={closeOnEscape}
      onCancel={(event) => {
        // A file chooser inside sends the same event when it is dismissed.
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        close();
      }}
      className="rise m-auto max-h-[calc(100dvh-2rem)] w-[min(480px,calc(100vw-2rem))] overflow-y-auto overscroll-contain rounded-dialog border border-line bg-raised p-[22px] text-text shadow-float backdrop:bg-veil"
    >
      <h2 id={titleId} className="text-xl font-semibold tracking-[-0.01em]">
        {title}
      </h2>
      {description ? (
        <div id={descriptionId} className="mt-1.5 text-muted [&_strong]:font-semibold [&_strong]:text-text">
          {description}
        </div>
      ) : null}
      {children}
      {footer ? <div className="mt-[18px] flex flex-wrap justify-end gap-2">{footer}</div> : null}
    </dialog>
  );
}
