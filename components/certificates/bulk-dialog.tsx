"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { BulkBlockers } from "@/components/certificates/bulk-blockers";
import { type Selected, weighRows } from "@/components/certificates/selection";
import { certificatesOf } from "@/components/certificates/selection-words";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { Notice } from "@/components/ui/notice";
import { TextInput } from "@/components/ui/text-input";
import type { ListFilter } from "@/lib/certificates/schema";
import { bulkDeletion, filterOf, selectionOptions } from "@/lib/removal/query-options";
import type { BulkAnswer, SelectionView } from "@/lib/removal/schema";

type Props = {
  selected: Selected;
  filter: ListFilter;
  onClose: () => void;
  onAnswer: (answer: BulkAnswer) => void;
};

const WORD = "delete";

/** Asks before several certificates are deleted: how many go, how many stay and why, and that it is for good. */
export function BulkDialog({ selected, filter, onClose, onAnswer }: Props) {
  const [typed, setTyped] = useState("");
  const counted = useQuery({
    ...selectionOptions(filter, { isExact: true }),
    enabled: selected.kind === "all",
    refetchOnMount: "always",
    // What is being confirmed does not change under the reader's eyes; what is deleted is judged then.
    refetchOnWindowFocus: false,
  });
  const deletion = useMutation(bulkDeletion);
  const weighed = weighedOf(selected, counted.isFetching || counted.isError ? undefined : counted.data);
  const explain = refusalOf(weighed, typed);
  const confirm = () => {
    const selection =
      selected.kind === "all"
        ? { kind: "filter" as const, filter: filterOf(filter) }
        : { kind: "chosen" as const, ids: [...selected.rows.keys()] };
    deletion.mutate(selection, { onSuccess: onAnswer });
  };
  const error = deletion.error?.message ?? (selected.kind === "all" ? counted.error?.message : undefined);
  return (
    <AlertDialog
      open
      onClose={onClose}
      onConfirm={confirm}
      title="Delete certificates"
      description={descriptionOf(weighed)}
      confirmLabel={weighed && weighed.removable > 0 ? `Delete ${certificatesOf(weighed.removable)}` : "Delete"}
      pendingLabel="Deleting…"
      pending={deletion.isPending}
      explain={explain}
      error={error}
    >
      {weighed === undefined ? null : <BulkBlockers weighed={weighed} selected={selected} filter={filter} />}
      {weighed === undefined || weighed.removable === 0 ? null : (
        <form
          className="mt-4 grid gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            if (explain === undefined && !deletion.isPending) confirm();
          }}
        >
          {weighed.live === 0 ? null : (
            <Notice tone="warning">
              {weighed.live === 1
                ? "1 of them is uploaded and still valid. If anything uses it that is not listed under In use, that will break."
                : `${weighed.live.toLocaleString("en")} of them are uploaded and still valid. If anything uses them that is not listed under In use, that will break.`}
            </Notice>
          )}
          <TextInput
            label={`Type ${WORD} to delete ${certificatesOf(weighed.removable)} for good.`}
            value={typed}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            onChange={(event) => setTyped(event.target.value)}
          />
        </form>
      )}
    </AlertDialog>
  );
}

function weighedOf(selected: Selected, counted: SelectionView | undefined): SelectionView | undefined {
  return selected.kind === "all" ? counted : weighRows([...selected.rows.values()]);
}

function refusalOf(weighed: SelectionView | undefined, typed: string): string | undefined {
  if (weighed === undefined) return "Wait until they are counted.";
  if (weighed.removable === 0) return "None of them can be deleted now.";
  return typed.trim().toLowerCase() === WORD ? undefined : `Type ${WORD} first.`;
}

function descriptionOf(weighed: SelectionView | undefined) {
  if (weighed === undefined) return "Counting what matches…";
  if (weighed.removable === 0) {
    return weighed.total === 1
      ? "The certificate that is selected cannot be deleted now."
      : `None of the ${certificatesOf(weighed.total)} selected can be deleted now.`;
  }
  return (
    <>
      <strong>{certificatesOf(weighed.removable)}</strong> will be deleted for good. Private keys that are kept for them
      are destroyed too. A record of each removal, with the certificate itself, stays under Removals.
    </>
  );
}
