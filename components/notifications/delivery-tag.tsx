import { Tag } from "@/components/ui/tag";
import { DELIVERY_STATUS_LABELS, type DeliveryStatus } from "@/lib/notifications/rules";

const TONES = { pending: "busy", delivered: "good", failed: "bad" } as const;

/** How far a delivery got. */
export function DeliveryTag({ status }: { status: DeliveryStatus }) {
  return <Tag tone={TONES[status]}>{DELIVERY_STATUS_LABELS[status]}</Tag>;
}
