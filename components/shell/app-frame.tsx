import type { ReactNode } from "react";
import { Icon } from "@/components/ui/icon";
import { Brand } from "./brand";
import { type NavEntry, NavLink } from "./nav-link";
import { SkipLink } from "./skip-link";

type NavGroup = { title?: string; entries: readonly NavEntry[] };

type AppFrameProps = {
  groups: readonly NavGroup[];
  person: { email: string; role: string; account: string };
  signOut: ReactNode;
  children: ReactNode;
};

const MENU_ID = "main-navigation";

/** The signed-in frame: navigation beside the page, or behind a menu button on a narrow screen. Works without script. */
export function AppFrame({ groups, person, signOut, children }: AppFrameProps) {
  return (
    <div className="min-h-dvh wide:grid wide:grid-cols-[216px_minmax(0,1fr)]">
      <SkipLink />
      <header className="sticky top-0 z-20 flex h-13 items-center justify-between border-b border-line bg-bg px-4 wide:hidden">
        <Brand />
        <button
          type="button"
          popoverTarget={MENU_ID}
          aria-label="Menu"
          className="-mr-2 grid size-9 place-items-center rounded-control hover:bg-hover"
        >
          <Icon name="menu" className="size-4.5" />
        </button>
      </header>
      {/* A popover while narrow; while wide it is shown in place, so everything that a popover brings is taken back. */}
      <div
        id={MENU_ID}
        popover="auto"
        className="inset-x-0 top-13 bottom-auto m-0 max-h-[calc(100dvh-3.25rem)] w-full max-w-none overflow-y-auto border-0 border-b border-line bg-bg p-3 text-text shadow-float backdrop:bg-veil wide:sticky wide:inset-auto wide:top-0 wide:col-start-1 wide:row-start-1 wide:flex wide:h-dvh wide:max-h-none wide:flex-col wide:border-r wide:border-b-0 wide:px-3 wide:py-5 wide:shadow-none"
      >
        <nav aria-label="Main" className="grid gap-0.5">
          <div className="px-2 pb-4 max-wide:hidden">
            <Brand />
          </div>
          {groups.map((group, position) => (
            <NavSection key={group.title ?? position} group={group} />
          ))}
        </nav>
        <section
          aria-label="Signed in"
          className="mt-4 grid gap-0.5 border-t border-line px-2 pt-3 text-sm wide:mt-auto"
        >
          <span className="font-medium">{person.email}</span>
          <span className="text-faint">
            {person.role} · {person.account}
          </span>
          <div className="mt-1 -ml-[9px]">{signOut}</div>
        </section>
      </div>
      <main
        id="content"
        tabIndex={-1}
        className="w-full max-w-[1320px] min-w-0 px-4 pt-5 pb-12 outline-none wide:col-start-2 wide:row-start-1 wide:px-9 wide:pt-7"
      >
        {children}
      </main>
    </div>
  );
}

function NavSection({ group }: { group: NavGroup }) {
  // Not useId: a page that the server renders after this frame, in a later request, would get the same one.
  const id = `navigation-${group.title?.toLowerCase()}`;
  return (
    <>
      {group.title ? (
        <p id={id} className="px-2 pt-4 pb-1 text-xs font-medium text-faint">
          {group.title}
        </p>
      ) : null}
      <ul aria-labelledby={group.title ? id : undefined} className="grid gap-0.5">
        {group.entries.map((entry) => (
          <li key={entry.label}>
            <NavLink {...entry} />
          </li>
        ))}
      </ul>
    </>
  );
}
