"use client";

import { useEffect } from "react";

/** Gives the focus to the part of the page that the address or a followed link names, and brings it into view again. */
export function HashFocus() {
  useEffect(() => {
    focusPart(location.hash);
    const onClick = ({ target }: MouseEvent) => {
      const link = target instanceof Element ? target.closest("a") : null;
      if (link === null || link.hash === "" || link.pathname !== location.pathname) return;
      requestAnimationFrame(() => focusPart(link.hash));
    };
    document.addEventListener("click", onClick);
    return () => document.removeEventListener("click", onClick);
  }, []);
  return null;
}

function focusPart(hash: string): void {
  const part = hash === "" ? null : document.getElementById(hash.slice(1));
  part?.scrollIntoView();
  part?.focus({ preventScroll: true });
}
