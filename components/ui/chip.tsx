import Link from "next/link";
import type { Href } from "./href";
import { Icon } from "./icon";

type ChipProps = { label: string; href: Href };

/** A filter that is on; the link takes it away. */
export function Chip({ label, href }: ChipProps) {
  return (
    <Link
      href={href}
      prefetch={false}
      scroll={false}
      className="inline-flex h-6 items-center gap-1 rounded-full bg-accent-soft pr-1.5 pl-2.5 text-sm font-medium hover:bg-hover"
    >
      <span className="sr-only">Remove filter: </span>
      {label}
      <Icon name="close" className="size-3 text-muted" />
    </Link>
  );
}
