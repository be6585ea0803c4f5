"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { bulkOptions, refreshCertificates } from "@/lib/removal/query-options";
import type { BulkView } from "@/lib/removal/schema";

/**
 * A bulk deletion as it goes on, asked for every second. When its end is seen here, everything about certificates is
 * asked for anew and `onEnd` is called, once.
 */
export function useBulk(id: string, options: { initial?: BulkView | undefined; onEnd?: () => void }) {
  const client = useQueryClient();
  const { data: bulk, error } = useQuery(bulkOptions(id, options.initial));
  const isRunning = bulk !== undefined && bulk.finishedAt === null;
  // One that was begun here may have ended before it is first seen.
  const wasRunning = useRef(options.initial === undefined || options.initial.finishedAt === null);
  const { onEnd } = options;
  useEffect(() => {
    if (bulk === undefined) return;
    const hasEnded = wasRunning.current && !isRunning;
    wasRunning.current = isRunning;
    if (!hasEnded) return;
    refreshCertificates(client);
    onEnd?.();
  }, [bulk, isRunning, client, onEnd]);
  return { bulk, isRunning, error };
}
