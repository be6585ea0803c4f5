"use client";

import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import type { Counted } from "@/components/certificates/counts";
import { focusHeading, focusPageSelect } from "@/components/certificates/focus-row";
import { weighRows } from "@/components/certificates/selection";
import { SelectionBar, selectedSentence } from "@/components/certificates/selection-bar";
import { staysSentence } from "@/components/certificates/selection-words";
import type { PageSelection } from "@/components/certificates/use-selection";
import { LiveRegion } from "@/components/ui/live-region";
import type { ListFilter } from "@/lib/certificates/schema";
import { selectionOptions } from "@/lib/removal/query-options";

// Loaded when it is first asked for: most visits to the Overview delete nothing.
const BulkDialog = lazy(async () => ({ default: (await import("@/components/certificates/bulk-dialog")).BulkDialog }));

type Props = {
  selection: PageSelection;
  filter: ListFilter;
  matching: Counted | undefined;
  /** Called with the id of a bulk deletion that was begun here, and that may have ended already. */
  onBegun: (id: string) => void;
};

/** What is selected on the Overview, what would become of it, and the way to delete it. */
export function OverviewSelection({ selection, filter, matching, onBegun }: Props) {
  const { selected } = selection;
  const [isAsking, setAsking] = useState(false);
  const all = useQuery({ ...selectionOptions(filter, { isExact: false }), enabled: selected.kind === "all" });
  const weighed = selected.kind === "all" ? all.data : weighRows([...selected.rows.values()]);
  const isNothing = selected.kind === "chosen" && selected.rows.size === 0;
  // A link of the dialog may have changed the filter.
  if (isNothing && isAsking) setAsking(false);
  const stays = weighed === undefined ? null : staysSentence(weighed);
  return (
    <>
      {isNothing ? null : (
        <SelectionBar
          selected={selected}
          weighed={weighed}
          matching={matching}
          onSelectAll={selection.selectAll}
          onClear={() => {
            selection.clear();
            focusPageSelect();
          }}
          onDelete={() => setAsking(true)}
        />
      )}
      <LiveRegion>
        {isNothing
          ? selection.wasUsed && "Nothing is selected."
          : [selectedSentence(selected, weighed), stays].filter((part) => part !== null).join(". ")}
      </LiveRegion>
      {isAsking && !isNothing ? (
        <Suspense>
          <BulkDialog
            selected={selected}
            filter={filter}
            onClose={() => setAsking(false)}
            onAnswer={({ bulkDeletionId }) => {
              setAsking(false);
              selection.clear();
              onBegun(bulkDeletionId);
              focusHeading();
            }}
          />
        </Suspense>
      ) : null}
    </>
  );
}
