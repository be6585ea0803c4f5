"use client";

import { useSearchParams } from "next/navigation";
import { type MouseEvent, useCallback, useMemo } from "react";
import { readListAddress } from "@/lib/certificates/address";
import { overviewParams } from "@/lib/certificates/query-options";
import type { ListQuery } from "@/lib/certificates/schema";

/** The address of the Overview with its state changed; what begins a new list starts at its first page. */
export function overviewAddress(query: Partial<ListQuery>) {
  return { pathname: "/", query: overviewParams(query) };
}

/**
 * The Overview's state is its address. Links to the Overview itself change the address without asking the server for
 * the page: the query cache fetches the rows, and the old ones stay until then. Back, forward and reload show the same.
 */
export function useOverviewAddress() {
  const params = useSearchParams();
  const query = useMemo(() => readListAddress(Object.fromEntries(params)), [params]);

  const replace = useCallback((next: Partial<ListQuery>) => {
    window.history.replaceState(null, "", searchOf(next));
  }, []);
  const push = useCallback((next: Partial<ListQuery>) => {
    window.history.pushState(null, "", searchOf(next));
  }, []);
  const followLinks = useCallback((event: MouseEvent): HTMLAnchorElement | null => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href]") : null;
    const href = link?.getAttribute("href") ?? null;
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!plain || href === null || !/^\/(\?|$)/.test(href)) return null;
    event.preventDefault();
    if (!isRouterListening()) {
      window.location.assign(href);
      return null;
    }
    window.history.pushState(null, "", href);
    return link;
  }, []);

  return { query, push, replace, followLinks };
}

/**
 * Next's router hears of pushState by a function of its own on this object. It puts that there just after hydration:
 * whoever clicks before gets the page anew, since a router that did not hear of an address puts back the one it knows.
 */
function isRouterListening(): boolean {
  return Object.hasOwn(window.history, "pushState");
}

function searchOf(query: Partial<ListQuery>): string {
  const search = new URLSearchParams(overviewParams(query)).toString();
  return search === "" ? "/" : `/?${search}`;
}
