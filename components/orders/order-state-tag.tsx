import { Tag } from "@/components/ui/tag";
import { ORDER_STATE_LABELS, type OrderState } from "@/lib/orders/rules";

const TONES = {
  queued: "busy",
  waiting_for_dns: "warning",
  validating: "busy",
  finalizing: "busy",
  issued: "good",
  failed: "bad",
  canceled: "neutral",
} as const satisfies Record<OrderState, string>;

/** How far an order has come, as a word. */
export function OrderStateTag({ state }: { state: OrderState }) {
  return <Tag tone={TONES[state]}>{ORDER_STATE_LABELS[state]}</Tag>;
}
