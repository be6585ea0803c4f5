"use client";

import Link from "next/link";
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef } from "react";
import { classNames } from "./class-names";
import type { Href } from "./href";
import { placePopover } from "./place-popover";

/** What can be chosen: a place to go to, a file to save, or something to do. `explain` says why it refuses. */
export type MenuItem = { key: string; label: string; tone?: "danger"; explain?: string | undefined } & (
  | { kind: "link"; href: Href }
  | { kind: "file"; href: string }
  | { kind: "button"; onChoose: () => void }
);

type MenuProps = {
  label: string;
  /** The button that opened it, beside which it stands and which gets the focus back. */
  anchor: HTMLElement;
  items: readonly MenuItem[];
  /** Called when it is left, also by a link or a file; what a button does decides itself what comes next. */
  onClose: () => void;
};

/** An open menu (WAI-ARIA menu): arrows go round, letters find, Enter chooses, Escape and anything outside close it. */
export function Menu({ label, anchor, items, onClose }: MenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });

  useLayoutEffect(() => {
    const element = menu.current;
    if (element === null) return;
    element.showPopover();
    placePopover(element, anchor, "end");
    itemsIn(element).at(0)?.focus({ preventScroll: true });
    const leave = ({ target }: Event) => {
      const isInside = target instanceof Node && (element.contains(target) || anchor.contains(target));
      if (!isInside) close.current();
    };
    const away = () => close.current();
    document.addEventListener("pointerdown", leave, true);
    window.addEventListener("scroll", away, true);
    window.addEventListener("resize", away);
    return () => {
      document.removeEventListener("pointerdown", leave, true);
      window.removeEventListener("scroll", away, true);
      window.removeEventListener("resize", away);
    };
  }, [anchor]);

  const giveFocusBack = () => anchor.focus({ preventScroll: true });
  const closeWithFocus = () => {
    giveFocusBack();
    onClose();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      closeWithFocus();
    } else if (event.key === "Tab") {
      // From the button on, so that Tab goes to what stands behind it.
      closeWithFocus();
    } else {
      moveFocus(event);
    }
  };

  return (
    <div
      ref={menu}
      role="menu"
      aria-label={label}
      tabIndex={-1}
      popover="manual"
      onKeyDown={onKeyDown}
      className="fixed inset-auto m-0 w-max max-w-72 min-w-44 rounded-card border border-line bg-raised p-1 text-text shadow-float"
    >
      {items.map((item) => (
        <Item key={item.key} item={item} onLeave={closeWithFocus} onChosen={giveFocusBack} />
      ))}
    </div>
  );
}

function itemsIn(menu: HTMLElement): HTMLElement[] {
  return Array.from(menu.querySelectorAll<HTMLElement>('[role="menuitem"]'));
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const items = itemsIn(event.currentTarget);
  const here = items.findIndex((item) => item.matches(":focus"));
  const count = items.length;
  const letter = event.key.length === 1 && event.key !== " " ? event.key.toLowerCase() : null;
  const wanted = { ArrowDown: here + 1, ArrowUp: here - 1 + count, Home: 0, End: count - 1 }[event.key];
  const behind = [...items.slice(here + 1), ...items.slice(0, here + 1)];
  const found =
    letter === null
      ? items[(wanted ?? here) % count]
      : behind.find((item) => item.textContent?.toLowerCase().startsWith(letter));
  if (found === undefined || (wanted === undefined && letter === null)) return;
  event.preventDefault();
  event.stopPropagation();
  found.focus({ preventScroll: true });
}

const SHAPE = "block w-full rounded-control px-2.5 py-1.5 text-left text-[0.8125rem] leading-5 font-medium";

type ItemProps = { item: MenuItem; onLeave: () => void; onChosen: () => void };

function Item({ item, onLeave, onChosen }: ItemProps) {
  const reasonId = useId();
  const isDanger = item.tone === "danger";
  const look = classNames(SHAPE, isDanger ? "hover:bg-danger-soft hover:text-danger" : "hover:bg-hover");
  const shared = { role: "menuitem", tabIndex: -1 } as const;
  if (item.explain !== undefined)
    return (
      <div {...shared} aria-disabled="true" aria-describedby={reasonId} className={`${SHAPE} cursor-help`}>
        <span className="text-faint">{item.label}</span>
        <span id={reasonId} aria-hidden="true" className="block text-sm font-normal text-muted">
          {item.explain}
        </span>
      </div>
    );
  switch (item.kind) {
    case "link":
      return (
        <Link {...shared} href={item.href} prefetch={false} onClick={onLeave} className={look}>
          {item.label}
        </Link>
      );
    case "file":
      return (
        <a {...shared} href={item.href} download={true} onClick={onLeave} className={look}>
          {item.label}
        </a>
      );
    case "button": {
      const { onChoose } = item;
      const choose = () => {
        onChosen();
        onChoose();
      };
      return (
        <button {...shared} type="button" onClick={choose} className={look}>
          {item.label}
        </button>
      );
    }
  }
}
