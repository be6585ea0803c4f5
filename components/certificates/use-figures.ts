"use client";

import { useQuery } from "@tanstack/react-query";
import { useHydrated } from "@/components/ui/use-hydrated";
import { summaryOptions, timelineOptions } from "@/lib/certificates/query-options";
import type { ListQuery } from "@/lib/certificates/schema";

/**
 * The figures around the list. Where the server's answer began without them they may come in before the page is
 * hydrated; they are kept back until then, since the first rendering has to be the server's.
 */
export function useFigures(query: ListQuery, wereThere: boolean) {
  const isHydrated = useHydrated();
  const summary = useQuery(summaryOptions(query));
  const timeline = useQuery(timelineOptions(query));
  const isShown = wereThere || isHydrated;
  return {
    summary: isShown ? summary.data : undefined,
    timeline: isShown ? timeline.data : undefined,
    summaryIsOld: summary.isPlaceholderData,
    timelineIsOld: timeline.isPlaceholderData,
    error: summary.error,
  };
}
