"use client";

import { useEffect, useRef, useState } from "react";
import { AlertDialog } from "./alert-dialog";

type LeaveGuardProps = { active: boolean; title: string; description: string; confirmLabel: string };

/** While `active`, asks before a link or a closed tab takes away what is not done yet. */
export function LeaveGuard({ active, title, description, confirmLabel }: LeaveGuardProps) {
  const [link, setLink] = useState<HTMLAnchorElement | null>(null);
  const isLeaving = useRef(false);

  useEffect(() => {
    if (!active) return;
    const onBeforeUnload = (event: BeforeUnloadEvent) => {
      if (!isLeaving.current) event.preventDefault();
    };
    // Capturing, so that it comes before the router's own handling of its links.
    const onClick = (event: MouseEvent) => {
      const target = leavingLink(event);
      if (target === null || isLeaving.current) return;
      event.preventDefault();
      event.stopPropagation();
      setLink(target);
    };
    window.addEventListener("beforeunload", onBeforeUnload);
    document.addEventListener("click", onClick, { capture: true });
    return () => {
      window.removeEventListener("beforeunload", onBeforeUnload);
      document.removeEventListener("click", onClick, { capture: true });
    };
  }, [active]);

  const leave = () => {
    isLeaving.current = true;
    link?.click();
    setLink(null);
  };
  return (
    <AlertDialog
      open={link !== null && active}
      onClose={() => setLink(null)}
      onConfirm={leave}
      title={title}
      description={description}
      confirmLabel={confirmLabel}
      pendingLabel="Leaving…"
    />
  );
}

/** The link that a click follows in this tab away from this page, or null. */
function leavingLink(event: MouseEvent): HTMLAnchorElement | null {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link === null || link.href === "" || link.hasAttribute("download")) return null;
  if (link.target !== "" && link.target !== "_self") return null;
  const isSamePage = new URL(link.href).pathname === location.pathname;
  return isSamePage ? null : link;
}
