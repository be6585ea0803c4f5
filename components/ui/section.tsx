import type { ReactNode } from "react";

type SectionProps = { title: string; description?: ReactNode; actions?: ReactNode; children: ReactNode };

/** A part of a page with its heading: a region whose name is `title`. A link to it, or a script, gives it the focus. */
export function Section({ title, description, actions, children }: SectionProps) {
  const anchor = anchorOf(title);
  // Not useId: a part that the server renders after another, in a later request, would get the same one.
  const headingId = `${anchor}-heading`;
  return (
    <section
      id={anchor}
      aria-labelledby={headingId}
      tabIndex={-1}
      className="mt-7 scroll-mt-6 first:mt-0 max-wide:scroll-mt-18"
    >
      <div className="mb-2 flex flex-wrap items-end justify-between gap-x-4 gap-y-2">
        <div>
          <h2 id={headingId} className="text-[0.8125rem] font-semibold">
            {title}
          </h2>
          {description ? <p className="mt-0.5 text-muted">{description}</p> : null}
        </div>
        {actions ? <div className="flex flex-wrap gap-2">{actions}</div> : null}
      </div>
      {children}
    </section>
  );
}

/** "In use" is reached as #in-use. */
function anchorOf(title: string): string {
  return title.toLowerCase().replaceAll(" ", "-");
}
