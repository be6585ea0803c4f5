import type { ReactNode } from "react";

const LOOKS = {
  neutral: "bg-expired-soft text-expired",
  good: "bg-valid-soft text-valid",
  warning: "bg-expiring-soft text-expiring",
  bad: "bg-revoked-soft text-revoked",
  busy: "bg-early-soft text-early",
} as const;

/** A word that classifies: how a run ended, a sample, someone disabled. The tone only underlines the word. */
export function Tag({ tone = "neutral", children }: { tone?: keyof typeof LOOKS; children: ReactNode }) {
  return (
    <span
      className={`inline-flex items-center rounded-full px-2 py-px text-sm font-medium whitespace-nowrap ${LOOKS[tone]}`}
    >
      {children}
    </span>
  );
}
