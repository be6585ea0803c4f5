import type { ReactNode } from "react";
import { Icon } from "./icon";

const LOOKS = {
  info: { frame: "border-accent/25 bg-accent-soft", icon: "text-accent" },
  warning: { frame: "border-expiring/25 bg-expiring-soft", icon: "text-expiring" },
  danger: { frame: "border-danger/25 bg-danger-soft", icon: "text-danger" },
} as const;

type NoticeProps = { tone?: keyof typeof LOOKS; title?: string; children?: ReactNode; action?: ReactNode };

/** A message that stands on the page. It announces itself only inside a live region or a role="alert". */
export function Notice({ tone = "info", title, children, action }: NoticeProps) {
  const look = LOOKS[tone];
  return (
    <div className={`flex flex-wrap items-start gap-x-4 gap-y-2 rounded-card border px-3.5 py-2.5 ${look.frame}`}>
      <div className="flex min-w-0 flex-1 basis-56 items-start gap-2.5">
        <Icon name={tone === "info" ? "info" : "alert"} className={`mt-[3px] size-3.5 ${look.icon}`} />
        <div className="min-w-0">
          {title ? <p className="font-semibold">{title}</p> : null}
          {children}
        </div>
      </div>
      {action}
    </div>
  );
}
