"use client";

import { type Counted, formatCount } from "@/components/certificates/counts";
import type { Selected } from "@/components/certificates/selection";
import { amount, certificatesOf, staysSentence } from "@/components/certificates/selection-words";
import { Button } from "@/components/ui/button";
import { BULK_CHOSEN_MAX } from "@/lib/removal/rules";
import type { SelectionView } from "@/lib/removal/schema";

type Props = {
  selected: Selected;
  /** What would become of it; undefined until that is known. */
  weighed: SelectionView | undefined;
  /** How many match the filter, capped; undefined until that is known. */
  matching: Counted | undefined;
  onSelectAll: () => void;
  onClear: () => void;
  onDelete: () => void;
};

/** Stays at the lower edge while something is selected: how much, how much of it cannot go and why, and what to do. */
export function SelectionBar({ selected, weighed, matching, onSelectAll, onClear, onDelete }: Props) {
  const stays = weighed === undefined ? null : staysSentence(weighed);
  const isMore = selected.kind === "chosen" && matching !== undefined && isAbove(matching, selected.rows.size);
  const isFull = selected.kind === "chosen" && selected.rows.size >= BULK_CHOSEN_MAX;
  return (
    <section
      aria-label="Selection"
      data-bottom-bar
      className="rise sticky bottom-0 z-10 -mx-4 mt-3 flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line bg-raised px-4 py-2.5 shadow-float wide:bottom-4 wide:mx-0 wide:rounded-card wide:border"
    >
      <p className="min-w-0 flex-1 basis-64">
        <strong className="font-semibold">{selectedSentence(selected, weighed)}</strong>
        {stays === null ? null : <span className="text-muted"> · {stays}</span>}
        {isFull ? (
          <span className="block text-sm text-muted">
            At most {BULK_CHOSEN_MAX.toLocaleString("en")} can be selected one by one. For more, select all that match.
          </span>
        ) : null}
      </p>
      <div className="flex flex-wrap items-center gap-2">
        {isMore ? (
          <Button variant="quiet" onClick={onSelectAll}>
            Select all {formatCount(matching)} that match
          </Button>
        ) : null}
        <Button variant="quiet" onClick={onClear}>
          Clear selection
        </Button>
        <Button variant="danger" data-delete-selected onClick={onDelete}>
          {deleteLabel(weighed)}
        </Button>
      </div>
    </section>
  );
}

/** "12 selected", "All 8,412 that match selected". */
export function selectedSentence(selected: Selected, weighed: SelectionView | undefined): string {
  if (selected.kind === "chosen") return `${selected.rows.size.toLocaleString("en")} selected`;
  return weighed === undefined
    ? "All that match selected"
    : `All ${amount(weighed.total, weighed.isCapped)} that match selected`;
}

function isAbove({ count, isLeast }: Counted, selected: number): boolean {
  return count > selected || isLeast;
}

function deleteLabel(weighed: SelectionView | undefined): string {
  if (weighed === undefined || weighed.removable === 0) return "Delete certificates…";
  return `Delete ${certificatesOf(weighed.removable, weighed.isCapped)}…`;
}
