"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { LiveRegion } from "@/components/ui/live-region";
import { SYNC_STATE_LABELS, type SyncState } from "@/lib/syncs/rules";

const REFRESH_MS = 1_500;

type KeepFreshProps = { isBusy: boolean; said: readonly { destination: string; state: SyncState }[] };

/** Reads the page anew while a sync is being worked at, and tells screen readers how the syncs stand. */
export function KeepFresh({ isBusy, said }: KeepFreshProps) {
  const router = useRouter();
  useEffect(() => {
    if (!isBusy) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") router.refresh();
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [isBusy, router]);
  return (
    <LiveRegion>
      {said.map(({ destination, state }) => `${destination}: ${SYNC_STATE_LABELS[state]}.`).join(" ")}
    </LiveRegion>
  );
}
