import type { z } from "zod";
import { SkipTable } from "@/components/cleanup/skip-table";
import { RemovalsTable } from "@/components/removals/removals-table";
import { ChoiceLinks } from "@/components/ui/choices";
import { Pager } from "@/components/ui/pager";
import { Section } from "@/components/ui/section";
import { listSkips } from "@/lib/cleanup/history";
import { RUN_OUTCOMES, type RunOutcome } from "@/lib/cleanup/rules";
import type { RunView, runAddress } from "@/lib/cleanup/schema";
import type { Position } from "@/lib/paging/rules";
import { listRemovalsOfRun } from "@/lib/removal/queries";

const LABELS: Record<RunOutcome, string> = {
  removed: "Removed",
  deployed: "Skipped: deployed",
  synced: "Skipped: synced",
  failed: "Failed",
};

type Scope = Parameters<typeof listSkips>[0];
type RunCertificatesProps = { scope: Scope; run: RunView; address: z.output<typeof runAddress>; now: Date };

/** What a run did with each certificate that was old enough. */
export async function RunCertificates({ scope, run, address, now }: RunCertificatesProps) {
  const counts: Record<RunOutcome, number> = {
    removed: run.removed,
    deployed: run.skippedDeployed,
    synced: run.skippedSynced,
    failed: run.failed,
  };
  const show = address.show ?? RUN_OUTCOMES.find((outcome) => counts[outcome] > 0) ?? "removed";
  const pathname = `/settings/cleanup/runs/${run.id}`;
  const { table, shown, previous, next } = await pageOf(scope, { run, show, position: address, now });
  return (
    <Section
      title="Certificates"
      actions={
        <ChoiceLinks
          label="Show"
          current={show}
          choices={RUN_OUTCOMES.map((outcome) => ({
            key: outcome,
            label: LABELS[outcome],
            count: counts[outcome].toLocaleString("en"),
            href: { pathname, query: { show: outcome } },
          }))}
        />
      }
    >
      {shown === 0 ? (
        <p className="py-3 text-muted">{NOTHING[show]}</p>
      ) : (
        <>
          {table}
          <Pager
            summary={`${shown} of ${counts[show].toLocaleString("en")}`}
            previous={previous === null ? null : { pathname, query: { show, before: previous } }}
            next={next === null ? null : { pathname, query: { show, after: next } }}
          />
        </>
      )}
    </Section>
  );
}

const NOTHING: Record<RunOutcome, string> = {
  removed: "This run removed nothing.",
  deployed: "This run met no certificate that was deployed.",
  synced: "This run skipped no certificate for an active sync.",
  failed: "The database let go of everything that this run was allowed to remove.",
};

type Asked = { run: RunView; show: RunOutcome; position: Position<string>; now: Date };

async function pageOf(scope: Scope, { run, show, position, now }: Asked) {
  if (show === "removed") {
    const { rows, ...ends } = await listRemovalsOfRun(scope, run.id, position);
    return { table: <RemovalsTable rows={rows} now={now} />, shown: rows.length, ...ends };
  }
  const { rows, ...ends } = await listSkips(scope, { runId: run.id, reason: show }, position);
  return { table: <SkipTable reason={show} rows={rows} />, shown: rows.length, ...ends };
}
