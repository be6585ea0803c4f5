import type { ComponentProps } from "react";
import { Tag } from "@/components/ui/tag";
import { RUN_STATUS_LABELS, type RunStatus } from "@/lib/cleanup/rules";

const TONES: Record<RunStatus, NonNullable<ComponentProps<typeof Tag>["tone"]>> = {
  running: "busy",
  succeeded: "good",
  succeeded_with_errors: "warning",
  failed: "bad",
  stopped: "neutral",
  interrupted: "warning",
  held: "warning",
};

/** How a run stands, or how it ended. */
export function RunStatusTag({ status }: { status: RunStatus }) {
  return <Tag tone={TONES[status]}>{RUN_STATUS_LABELS[status]}</Tag>;
}
