"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { useToast } from "@/components/ui/toasts";
import { browserAnswer } from "@/lib/http/browser-request";
import type { Result } from "@/lib/http/result";
import { cancelOrderAction, checkDnsAction, retryOrderAction } from "@/lib/orders/actions";
import type { OrderState } from "@/lib/orders/rules";

type OrderButtonsProps = {
  orderId: string;
  state: OrderState;
  /** It failed, or waits for its next attempt after one that did. */
  hasProblem: boolean;
};

const CANCELABLE: readonly OrderState[] = ["queued", "waiting_for_dns", "validating"];
const RETRIABLE: readonly OrderState[] = ["queued", "validating", "finalizing", "failed"];

/** What can be done with an order: have its TXT records looked up, have it tried again, give it up. */
export function OrderButtons({ orderId, state, hasProblem }: OrderButtonsProps) {
  const router = useRouter();
  const showToast = useToast();
  const [problem, setProblem] = useState<string | null>(null);
  // Not a transition's: that lasts until the page is read anew, and what is pressed meanwhile would be lost.
  const [pending, setPending] = useState(false);
  const ask = (change: () => Promise<Result<unknown>>, message: string) => async () => {
    if (pending) return;
    setProblem(null);
    setPending(true);
    const answer = await browserAnswer(change);
    setPending(false);
    const sentence = answer.ok ? missingIn(answer.value) : answer.problem.message;
    if (sentence === null) showToast({ message });
    else setProblem(sentence);
    router.refresh();
  };
  return (
    <>
      {state === "waiting_for_dns" ? (
        <Button
          variant="primary"
          pending={pending}
          pendingLabel="Checking…"
          onClick={ask(() => checkDnsAction({ orderId }), "The TXT records are there. The CA is asked now.")}
        >
          Check
        </Button>
      ) : null}
      {hasProblem && RETRIABLE.includes(state) ? (
        <Button variant="primary" onClick={ask(() => retryOrderAction({ orderId }), "The order is tried again.")}>
          Retry
        </Button>
      ) : null}
      {CANCELABLE.includes(state) ? (
        <Button onClick={ask(() => cancelOrderAction({ orderId }), "The order was canceled.")}>Cancel order</Button>
      ) : null}
      <div role="alert" className="empty:absolute not-empty:basis-full">
        {problem === null ? null : <Notice tone="warning">{problem}</Notice>}
      </div>
    </>
  );
}

/** What the look-up of the records found missing; null where it found all, or nothing was looked up. */
function missingIn(value: unknown): string | null {
  if (typeof value !== "object" || value === null || !("sentence" in value)) return null;
  return typeof value.sentence === "string" ? value.sentence : null;
}
