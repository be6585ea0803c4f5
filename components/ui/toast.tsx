"use client";

import Link from "next/link";
import { useEffect, useState } from "react";
import type { Href } from "./href";
import { Icon } from "./icon";

/** Long enough to read it and to reach its link with the keyboard. */
const STAYS_MS = 10_000;

type ToastProps = {
  id: string;
  content: { message: string; link?: { label: string; href: Href }; tone?: "done" | "problem" };
  onDismiss: (id: string) => void;
};

/** One message of the ToastProvider; it waits while the pointer or the focus is on it. */
export function Toast({ id, content, onDismiss }: ToastProps) {
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  const held = hovered || focused;
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => onDismiss(id), STAYS_MS);
    return () => clearTimeout(timer);
  }, [held, id, onDismiss]);
  const problem = content.tone === "problem";
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointer and focus only hold the message back
    <div
      className="rise pointer-events-auto flex items-start gap-2.5 rounded-card border border-line bg-raised py-2 pr-2 pl-3.5 shadow-float"
      onMouseEnter={() => setHovered(true)}
      onMouseLeave={() => setHovered(false)}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
    >
      <Icon
        name={problem ? "alert" : "check"}
        className={`mt-[5px] size-3.5 ${problem ? "text-danger" : "text-valid"}`}
      />
      <p className="min-w-0 flex-1 py-0.5">
        {content.message}{" "}
        {content.link ? (
          <Link href={content.link.href} className="link font-medium" prefetch={false}>
            {content.link.label}
          </Link>
        ) : null}
      </p>
      <button
        type="button"
        aria-label="Dismiss"
        onClick={() => onDismiss(id)}
        className="grid size-6 place-items-center rounded-md text-muted hover:bg-hover hover:text-text"
      >
        <Icon name="close" className="size-3" />
      </button>
    </div>
  );
}
