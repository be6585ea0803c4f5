import { ButtonLink } from "@/components/ui/button-link";
import { EmptyState } from "@/components/ui/empty-state";
import { visibleText } from "@/lib/certificates/rules";

/** Nothing has been removed so far. */
export function NoRemovals() {
  return (
    <EmptyState title="Nothing has been removed yet" action={<ButtonLink href="/">Go to the Overview</ButtonLink>}>
      Every certificate that is deleted, by a person or by Certificate Cleanup, leaves a record here.
    </EmptyState>
  );
}

/** Nothing matches the search. */
export function NoMatchingRemovals({ typed }: { typed: string }) {
  return (
    <EmptyState title="No removal matches" action={<ButtonLink href="/removals">Clear search</ButtonLink>}>
      {typed === "" ? "There is nothing on this page." : `Nothing that was removed has “${visibleText(typed)}” in it.`}
    </EmptyState>
  );
}
