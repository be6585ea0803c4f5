"use client";

import { useSearchParams } from "next/navigation";
import { useEffect, useRef } from "react";
import { PAGE_HEADING_ID } from "@/components/ui/page-header";

/**
 * Keeps the focus where the reader is after a link of the list has changed it: a turned page begins at its first row,
 * and a link that is gone, such as that of a filter, leaves the focus to the heading. `isSettled` once the new rows are
 * there. Answers with the function that notes the link.
 */
export function useFollowedLink(isSettled: boolean): (link: HTMLAnchorElement) => void {
  const address = useSearchParams().toString();
  const followed = useRef<{ link: HTMLAnchorElement; address: string }>(null);
  useEffect(() => {
    if (followed.current === null || !isSettled || followed.current.address !== address) return;
    const { link } = followed.current;
    followed.current = null;
    if (link.rel === "next" || link.rel === "prev") return showFirstRow();
    if (!link.isConnected) document.getElementById(PAGE_HEADING_ID)?.focus({ preventScroll: true });
  });
  return (link) => {
    // Where it leads now: the pager's links are the same elements on the next page.
    followed.current = { link, address: new URLSearchParams(link.search).toString() };
  };
}

function showFirstRow(): void {
  const row = document.querySelector<HTMLElement>("[data-row-link]");
  row?.closest("table")?.scrollIntoView({ block: "start" });
  row?.focus({ preventScroll: true });
}
