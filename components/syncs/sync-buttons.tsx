"use client";

import { Button } from "@/components/ui/button";
import { useChange } from "@/components/ui/use-change";
import { checkSyncAction, pushSyncAction } from "@/lib/syncs/actions";
import type { SyncState } from "@/lib/syncs/rules";

type SyncButtonsProps = {
  certificateId: string;
  syncId: string;
  destination: string;
  state: SyncState;
  /** Why neither can be done now. */
  problem: string | null;
};

/** Has a copy pushed again or looked at, at once. */
export function SyncButtons({ certificateId, syncId, destination, state, problem }: SyncButtonsProps) {
  const { run, pending, problem: refusal } = useChange();
  const known = { certificateId, syncId };
  const explain = problem ?? undefined;
  if (state === "removing" || state === "removed") return null;
  return (
    <>
      {state === "active" ? (
        <Button
          variant="quiet"
          aria-label={`Check now at ${destination}`}
          explain={explain}
          onClick={() =>
            pending || run(() => checkSyncAction(known), { message: `The copy at ${destination} is being looked at.` })
          }
        >
          Check now
        </Button>
      ) : null}
      <Button
        variant="quiet"
        aria-label={`Push again to ${destination}`}
        explain={explain}
        onClick={() =>
          pending || run(() => pushSyncAction(known), { message: `The certificate is on its way to ${destination}.` })
        }
      >
        Push again
      </Button>
      <span role="alert" className="order-last text-sm text-danger not-empty:basis-full not-empty:px-2">
        {refusal}
      </span>
    </>
  );
}
