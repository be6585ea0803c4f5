"use client";

import { type ReactNode, useId, useRef } from "react";
import { Icon } from "./icon";
import { placePopover } from "./place-popover";

type MenuProps = { label: string; children: ReactNode };

/** The less common actions behind "⋯". Inside are plain links and buttons (MENU_ITEM), reached with Tab; Escape closes. */
export function Menu({ label, children }: MenuProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        popoverTarget={id}
        aria-label={label}
        className="grid size-7 place-items-center rounded-control text-muted hover:bg-hover hover:text-text"
      >
        <Icon name="more" className="size-4" />
      </button>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: a click inside, by key or pointer, closes after the item acted */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: as above */}
      <div
        id={id}
        popover="auto"
        onToggle={(event) => {
          if (event.newState === "open" && button.current) placePopover(event.currentTarget, button.current, "end");
        }}
        onClick={(event) => event.currentTarget.hidePopover()}
        className="fixed inset-auto m-0 min-w-40 rounded-card border border-line bg-raised p-1 text-text shadow-float"
      >
        {children}
      </div>
    </>
  );
}

/** The classes of a link or button inside a Menu. */
export const MENU_ITEM =
  "flex h-8 w-full items-center gap-2 rounded-md px-2.5 text-left text-[0.8125rem] hover:bg-hover focus-visible:bg-hover";
