"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { formatCapped, removableOf } from "@/components/cleanup/figures";
import { PreviewTable } from "@/components/cleanup/preview-table";
import { Button } from "@/components/ui/button";
import { ChoiceButtons } from "@/components/ui/choices";
import { Notice } from "@/components/ui/notice";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import { type EffectValues, effectQuery, type PreviewPlace, previewQuery } from "@/lib/cleanup/query-options";
import type { PreviewOutcome } from "@/lib/cleanup/rules";
import type { EffectView, PreviewPage } from "@/lib/cleanup/schema";

type PreviewProps = { values: EffectValues; since: string | null };

const START: PreviewPlace = {};

/** The certificates that the next night's run would remove or skip with the values in the form, saved or not. */
export function Preview({ values, since }: PreviewProps) {
  const [outcome, setOutcome] = useState<PreviewOutcome>("removable");
  const asked = `${JSON.stringify(values)} ${outcome}`;
  // A place belongs to one list: with other values or another view the page is the first again.
  const [place, setPlace] = useState({ asked, at: START });
  const at = place.asked === asked ? place.at : START;
  const effect = useQuery(effectQuery(values, since));
  const page = useQuery(previewQuery({ values, outcome, at }, since));
  return (
    <Section
      title="Preview"
      description="What tonight's run would do with the values above. Looking changes nothing."
      actions={
        <ChoiceButtons
          label="Show"
          current={outcome}
          onChoose={setOutcome}
          choices={[
            {
              key: "removable",
              label: "Would be removed",
              count: effect.data === undefined ? "" : formatCapped(removableOf(effect.data)),
            },
            { key: "deployed", label: "Deployed", count: countOf(effect.data, "skippedDeployed") },
            { key: "synced", label: "Synced", count: countOf(effect.data, "skippedSynced") },
          ]}
        />
      }
    >
      {page.error ? (
        <Notice tone="danger" title="The list cannot be shown right now">
          {page.error.message}
        </Notice>
      ) : page.data === undefined ? (
        <Skeleton className="h-40" />
      ) : (
        <Listed page={page.data} dimmed={page.isPlaceholderData} onGo={(next) => setPlace({ asked, at: next })} />
      )}
    </Section>
  );
}

function countOf(effect: EffectView | undefined, outcome: "skippedDeployed" | "skippedSynced"): string {
  return effect === undefined ? "" : formatCapped(effect[outcome]);
}

type ListedProps = {
  page: PreviewPage;
  dimmed: boolean;
  onGo: (place: PreviewPlace) => void;
};

function Listed({ page, dimmed, onGo }: ListedProps) {
  const { outcome, rows, previous, next } = page;
  if (rows.length === 0) return <p className="py-3 text-muted">{NOTHING[outcome]}</p>;
  return (
    <>
      {/* What stands under it stays in reach. */}
      <div className="wide:max-h-[60dvh] wide:overflow-y-auto">
        <PreviewTable outcome={outcome} rows={rows} now={new Date(page.at)} dimmed={dimmed} />
      </div>
      {previous === null && next === null ? null : (
        <nav aria-label="Pages of the preview" className="flex justify-end gap-2 pt-3">
          <Button
            onClick={() => onGo({ before: previous ?? "" })}
            explain={previous === null ? "This is the first page." : undefined}
          >
            Previous
          </Button>
          <Button
            onClick={() => onGo({ after: next ?? "" })}
            explain={next === null ? "This is the last page." : undefined}
          >
            Next
          </Button>
        </nav>
      )}
    </>
  );
}

const NOTHING: Record<PreviewOutcome, string> = {
  removable: "No certificate would be removed.",
  deployed: "No certificate that is old enough is deployed.",
  synced: "No certificate would be skipped for an active sync.",
};
