"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { LiveRegion } from "@/components/ui/live-region";
import { DELIVERY_STATUS_LABELS, EVENT_LABELS } from "@/lib/notifications/rules";
import type { DeliveryView } from "@/lib/notifications/schema";

const SOON_MS = 90_000;
const BUSY_REFRESH_MS = 1_500;
const IDLE_REFRESH_MS = 15_000;

/** Reads the page anew while a delivery is on its way, and tells screen readers what became of the latest one. */
export function KeepFresh({ deliveries, now }: { deliveries: readonly DeliveryView[]; now: Date }) {
  const router = useRouter();
  const dueTimes = deliveries.flatMap(({ nextAttemptAt }) => nextAttemptAt?.getTime() ?? []);
  const isBusy = Math.min(...dueTimes) - now.getTime() < SOON_MS;
  const every = dueTimes.length === 0 ? null : isBusy ? BUSY_REFRESH_MS : IDLE_REFRESH_MS;
  useEffect(() => {
    if (every === null) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") router.refresh();
    }, every);
    return () => clearInterval(timer);
  }, [every, router]);
  const [latest] = deliveries;
  return (
    <LiveRegion>
      {latest === undefined ? null : `${EVENT_LABELS[latest.event]}: ${DELIVERY_STATUS_LABELS[latest.status]}.`}
    </LiveRegion>
  );
}
