"use client";

import Link from "next/link";
import { type KeyboardEvent, type ReactNode, useRef } from "react";
import type { Href } from "./href";
import { placePopover } from "./place-popover";

type ExplainedProps = {
  id: string;
  reason: string;
  link?: { label: string; href: Href } | undefined;
  children: ReactNode;
};

/**
 * Shows why the control inside refuses, on hover, focus and press; Escape hides it. The control itself names this text
 * by `id` in aria-describedby. A link follows the control in tab order, so that the way out is reachable too.
 */
export function Explained({ id, reason, link, children }: ExplainedProps) {
  const anchor = useRef<HTMLSpanElement>(null);
  const bubble = useRef<HTMLSpanElement>(null);

  const show = () => {
    if (!bubble.current || !anchor.current || bubble.current.matches(":popover-open")) return;
    bubble.current.showPopover();
    placePopover(bubble.current, anchor.current, "end");
  };
  const hide = () => {
    if (bubble.current?.matches(":popover-open")) bubble.current.hidePopover();
  };
  const hideOnEscape = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !bubble.current?.matches(":popover-open")) return;
    // Only the bubble closes: a dialog around it needs a second Escape.
    event.preventDefault();
    event.stopPropagation();
    hide();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only shows and hides the reason of the control inside
    <span
      ref={anchor}
      className="inline-flex"
      onMouseEnter={show}
      onMouseLeave={(event) => event.currentTarget.contains(document.activeElement) || hide()}
      onFocus={show}
      onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || hide()}
      onClick={show}
      onKeyDown={hideOnEscape}
    >
      {children}
      <span ref={bubble} popover="manual" className="fixed inset-auto m-0 w-max max-w-72 bg-transparent py-1.5">
        <span className="block rounded-control bg-text px-2.5 py-1.5 text-left text-sm font-normal whitespace-normal text-bg shadow-float">
          <span id={id}>{reason}</span>
          {link ? (
            <>
              {" "}
              <Link href={link.href} className="link whitespace-nowrap focus-visible:outline-bg" prefetch={false}>
                {link.label}
              </Link>
            </>
          ) : null}
        </span>
      </span>
    </span>
  );
}
