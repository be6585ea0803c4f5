import type { ComponentProps } from "react";
import { Tag } from "@/components/ui/tag";
import { SCAN_STATUS_LABELS, type ScanStatus } from "@/lib/discovery/rules";

const TONES: Record<ScanStatus, NonNullable<ComponentProps<typeof Tag>["tone"]>> = {
  queued: "busy",
  running: "busy",
  succeeded: "good",
  stopped: "neutral",
  failed: "bad",
};

/** How a scan stands, or how it ended. */
export function ScanStatusTag({ status }: { status: ScanStatus }) {
  return <Tag tone={TONES[status]}>{SCAN_STATUS_LABELS[status]}</Tag>;
}
