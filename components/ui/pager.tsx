import Link from "next/link";
import type { ReactNode } from "react";
import { buttonStyle } from "./button-style";
import { Explained } from "./explained";
import type { Href } from "./href";

type PagerProps = { summary: ReactNode; previous: Href | null; next: Href | null };

/** Steps through a list; null is an end of it. `summary` says how much is shown. */
export function Pager({ summary, previous, next }: PagerProps) {
  return (
    <nav aria-label="Pages" className="flex flex-wrap items-center justify-between gap-2 pt-3 text-muted">
      <span>{summary}</span>
      <span className="flex gap-2">
        <Step label="Previous" rel="prev" href={previous} end="This is the first page." />
        <Step label="Next" rel="next" href={next} end="This is the last page." />
      </span>
    </nav>
  );
}

type StepProps = { label: string; rel: "prev" | "next"; href: Href | null; end: string };

function Step({ label, rel, href, end }: StepProps) {
  // Not useId: what the server renders in a later request would get the same one.
  const reasonId = `page-${rel}-reason`;
  if (href !== null) {
    return (
      <Link href={href} rel={rel} prefetch={false} className={buttonStyle("default")}>
        {label}
      </Link>
    );
  }
  return (
    <Explained id={reasonId} reason={end}>
      {/* biome-ignore lint/a11y/useSemanticElements: a link that leads nowhere now has no address */}
      <span
        role="link"
        tabIndex={0}
        aria-disabled="true"
        aria-describedby={reasonId}
        className={buttonStyle("default", true)}
      >
        {label}
      </span>
    </Explained>
  );
}
