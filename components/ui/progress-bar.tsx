import { useId } from "react";

type ProgressBarProps = { label: string; done: number; total: number; unit: string; note?: string | undefined };

/** How far long work is, as a bar and in counts: "312 of 1,479 files". `note` adds what else is known. */
export function ProgressBar({ label, done, total, unit, note }: ProgressBarProps) {
  const id = useId();
  const counts = `${done.toLocaleString("en")} of ${total.toLocaleString("en")} ${unit}`;
  return (
    <div className="grid gap-1.5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span id={id} className="font-medium">
          {label}
        </span>
        <span className="text-muted">{note ? `${counts} · ${note}` : counts}</span>
      </div>
      <progress aria-labelledby={id} aria-valuetext={counts} value={done} max={Math.max(total, 1)} className="progress">
        {counts}
      </progress>
    </div>
  );
}
