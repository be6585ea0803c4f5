import { RunTable } from "@/components/cleanup/run-table";
import { ButtonLink } from "@/components/ui/button-link";
import { Section } from "@/components/ui/section";
import type { CleanupView } from "@/lib/cleanup/schema";

/** The latest runs, and the way to all of them. */
export function RunHistory({ view }: { view: CleanupView }) {
  if (view.runs.length === 0) return null;
  return (
    <Section
      title="History"
      actions={
        <ButtonLink variant="quiet" href="/settings/cleanup/runs" prefetch={false}>
          All runs
        </ButtonLink>
      }
    >
      <RunTable runs={view.runs} now={new Date(view.at)} compact />
    </Section>
  );
}
