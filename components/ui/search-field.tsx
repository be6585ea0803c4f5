"use client";

import { type ComponentProps, useEffect, useRef } from "react";
import { classNames } from "./class-names";
import { Icon } from "./icon";

type SearchFieldProps = Omit<ComponentProps<"input">, "type" | "ref"> & { label: string };

/** The search of a list. The key / puts the focus here from anywhere that is not itself a field. */
export function SearchField({ label, className, ...rest }: SearchFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focusOnSlash = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTypedInto(event.target)) return;
      if (document.querySelector("dialog[open]")) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener("keydown", focusOnSlash);
    return () => document.removeEventListener("keydown", focusOnSlash);
  }, []);
  return (
    <span className={classNames("control group flex h-8 items-center gap-2 px-2.5 text-muted", className)}>
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        aria-label={label}
        aria-keyshortcuts="/"
        autoComplete="off"
        spellCheck={false}
        {...rest}
        className="h-full min-w-0 flex-1 truncate bg-transparent text-text outline-none"
      />
      <span
        aria-hidden="true"
        className="rounded border border-line px-1 font-mono text-xs text-faint group-focus-within:invisible max-wide:hidden"
      >
        /
      </span>
    </span>
  );
}

function isTypedInto(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}
