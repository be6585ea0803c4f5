import type { z } from "zod";
import { ApproveRun } from "@/components/cleanup/approve-run";
import { certificatesText, formatCapped, removableOf, skippedByReason } from "@/components/cleanup/figures";
import { PreviewTable } from "@/components/cleanup/preview-table";
import { ChoiceLinks } from "@/components/ui/choices";
import { Notice } from "@/components/ui/notice";
import { Pager } from "@/components/ui/pager";
import { Section } from "@/components/ui/section";
import { listForeseen, readEffect } from "@/lib/cleanup/preview";
import type { PreviewOutcome } from "@/lib/cleanup/rules";
import type { EffectView, heldRunAddress, RunView } from "@/lib/cleanup/schema";
import { type MomentPlace, momentPlaceText } from "@/lib/paging/schema";

type ForeseenProps = {
  scope: Parameters<typeof listForeseen>[0];
  run: RunView;
  isLatest: boolean;
  address: z.output<typeof heldRunAddress>;
  now: Date;
};

/** What a held run would do if it were approved now, with its own cutoff and settings; and, behind that, the approval. */
export async function ForeseenCertificates({ scope, run, isLatest, address, now }: ForeseenProps) {
  const outcome = address.show ?? "removable";
  const { skipSynced, brakePercent } = run;
  const foreseen = { cutoff: new Date(run.cutoff), skipSynced, brakePercent, at: now };
  const [effect, page] = await Promise.all([
    readEffect(scope, foreseen),
    listForeseen(scope, { ...foreseen, outcome }, address),
  ]);
  const pathname = `/settings/cleanup/runs/${run.id}`;
  const pageAt = (place: MomentPlace | null, side: "after" | "before") =>
    place === null ? null : { pathname, query: { show: outcome, [side]: momentPlaceText(place) } };
  const amount = certificatesText(removableOf(effect));
  return (
    <Section
      title="Preview"
      description={`With its own settings this run would now remove ${amount}; ${skippedByReason(effect)}. Looking changes nothing.`}
      actions={
        <ChoiceLinks
          label="Show"
          current={outcome}
          choices={CHOICES.map(({ key, label }) => ({
            key,
            label,
            count: formatCapped(countOf(effect, key)),
            href: { pathname, query: { show: key } },
          }))}
        />
      }
    >
      {page.rows.length === 0 ? (
        <p className="py-3 text-muted">There is no such certificate now.</p>
      ) : (
        <>
          <PreviewTable outcome={outcome} rows={page.rows} now={now} />
          <Pager
            summary={`${page.rows.length} of ${formatCapped(countOf(effect, outcome))}`}
            previous={pageAt(page.previous, "before")}
            next={pageAt(page.next, "after")}
          />
        </>
      )}
      <div className="mt-5">
        <Approval run={run} isLatest={isLatest} amount={amount} />
      </div>
    </Section>
  );
}

const CHOICES: { key: PreviewOutcome; label: string }[] = [
  { key: "removable", label: "Would be removed" },
  { key: "deployed", label: "Deployed" },
  { key: "synced", label: "Synced" },
];

function countOf(effect: EffectView, outcome: PreviewOutcome) {
  switch (outcome) {
    case "removable":
      return removableOf(effect);
    case "deployed":
      return effect.skippedDeployed;
    case "synced":
      return effect.skippedSynced;
  }
}

function Approval({ run, isLatest, amount }: { run: RunView; isLatest: boolean; amount: string }) {
  if (run.approvedAt !== null) return <Notice title="Approved">The run goes on in a moment.</Notice>;
  const explain = isLatest
    ? undefined
    : "A later run has taken this one's place. Approve that one, or run the cleanup now.";
  return (
    <Notice
      tone="warning"
      title="This run waits for your approval"
      action={<ApproveRun runId={run.id} amount={amount} explain={explain} />}
    >
      Approve it if the list above is what you want to go: it holds for this run only. Otherwise change the settings, or
      leave it as it is; a held run does nothing by itself.
    </Notice>
  );
}
