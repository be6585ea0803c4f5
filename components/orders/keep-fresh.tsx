"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { LiveRegion } from "@/components/ui/live-region";
import { ORDER_STATE_LABELS, type OrderState } from "@/lib/orders/rules";

const REFRESH_MS = 1_500;
/** While somebody has to set a record first, little happens by itself. */
const WAITING_MS = 10_000;

type KeepFreshProps = { state: OrderState; isRunning: boolean };

/** Reads the page anew while its order goes on, and tells screen readers how it stands. */
export function KeepFresh({ state, isRunning }: KeepFreshProps) {
  const router = useRouter();
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(
      () => {
        if (document.visibilityState === "visible") router.refresh();
      },
      state === "waiting_for_dns" ? WAITING_MS : REFRESH_MS,
    );
    return () => clearInterval(timer);
  }, [isRunning, state, router]);
  return <LiveRegion>{`The order: ${ORDER_STATE_LABELS[state]}.`}</LiveRegion>;
}
