"use client";

import { useQuery } from "@tanstack/react-query";
import { lookOptions, usesOptions } from "@/lib/removal/query-options";
import type { DeletionCheck } from "@/lib/removal/schema";

/** What the dialog knows of a certificate's uses. */
export type Looking = {
  /** The latest that was seen; undefined before the first answer, and of a certificate that nothing uses. */
  check: DeletionCheck | undefined;
  /** What was looked at before this moment is to be looked at again; null once that has ended. */
  pendingBefore: string | null;
  isGoing: boolean;
  /** Why it is not known what uses the certificate. */
  problem: string | null;
};

/**
 * Asks what uses a certificate that is about to be deleted, has its endpoints looked at, and follows that. Of a
 * certificate that nothing uses nothing is asked: the server decides when it deletes, as it does anyway.
 */
export function useDeletionCheck(id: string, isUsed: boolean): Looking {
  const known = useQuery({ ...usesOptions(id, { isPolled: false }), enabled: isUsed });
  const hasEndpoints = known.data?.uses.some(({ endpoint }) => endpoint !== null) ?? false;
  const look = useQuery({ ...lookOptions(id), enabled: hasEndpoints });
  const progress = useQuery({ ...usesOptions(id, { isPolled: true }), enabled: look.isFetching });
  return {
    check: look.data ?? progress.data ?? known.data,
    pendingBefore: look.isFetching ? (known.data?.at ?? null) : null,
    isGoing: (isUsed && known.isPending) || look.isFetching,
    problem: (known.error ?? look.error)?.message ?? null,
  };
}
