import type { ReactNode } from "react";

const LOOKS = {
  valid: "text-valid bg-valid-soft",
  expiring: "text-expiring bg-expiring-soft",
  expired: "text-expired bg-expired-soft",
  revoked: "text-revoked bg-revoked-soft",
  not_yet_valid: "text-early bg-early-soft",
  revoking: "text-revoked bg-revoked-soft",
} as const;

type BadgeStatus = keyof typeof LOOKS;

type StatusBadgeProps = { status: BadgeStatus; children: ReactNode };

/** A status as a word (`children`), a colour and a shape. */
export function StatusBadge({ status, children }: StatusBadgeProps) {
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-full py-px pr-2.5 pl-[7px] text-sm font-medium whitespace-nowrap ${LOOKS[status]}`}
    >
      <svg viewBox="0 0 12 12" className="size-[11px] shrink-0" aria-hidden="true">
        <StatusShape status={status} />
      </svg>
      {children}
    </span>
  );
}

function StatusShape({ status }: { status: BadgeStatus }) {
  if (status === "valid") return <circle cx="6" cy="6" r="5" fill="currentColor" />;
  const dashes = status === "not_yet_valid" || status === "revoking" ? "2.4 2" : undefined;
  return (
    <>
      <circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray={dashes} />
      {status === "expiring" ? <path d="M6 1.5A4.5 4.5 0 0 1 6 10.5Z" fill="currentColor" /> : null}
      {status === "revoked" || status === "revoking" ? (
        <path d="M3 9 9 3" stroke="currentColor" strokeWidth="1.5" />
      ) : null}
    </>
  );
}
