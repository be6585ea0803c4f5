"use client";

import type { Route } from "next";
import Link from "next/link";
import { usePathname } from "next/navigation";

export type NavEntry = {
  label: string;
  href: Route;
  /** Paths under which this entry is where one is, beside its own; "/certificates" for the Overview. */
  covers?: readonly string[];
};

/** One entry of the navigation, marked when it is where one is. On a narrow screen it also closes the menu around it. */
export function NavLink({ label, href, covers = [] }: NavEntry) {
  const path = usePathname();
  const here = [href, ...covers].some((start) => path === start || (start !== "/" && path.startsWith(`${start}/`)));
  return (
    <Link
      href={href}
      aria-current={here ? "page" : undefined}
      onClick={(event) => closeMenu(event.currentTarget)}
      className="flex min-h-8 items-center rounded-md px-2 text-muted hover:bg-hover hover:text-text aria-[current]:bg-accent-soft aria-[current]:font-medium aria-[current]:text-text max-wide:min-h-10"
    >
      {label}
    </Link>
  );
}

function closeMenu(link: HTMLElement): void {
  const menu = link.closest<HTMLElement>("[popover]");
  if (menu?.matches(":popover-open")) menu.hidePopover();
}
