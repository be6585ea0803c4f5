"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { brakeSentence, certificatesText, removableOf } from "@/components/cleanup/figures";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { effectQuery, runNowMutation, stopMutation } from "@/lib/cleanup/query-options";
import type { CleanupView, RunView } from "@/lib/cleanup/schema";

type RunControlsProps = {
  view: CleanupView;
  isDirty: boolean;
  /** When a run was asked for that no server has begun yet. */
  requestedAt: string | null;
  onRequested: (runId: string) => void;
};

/** Run now, or Stop while a run is running. */
export function RunControls({ view, isDirty, requestedAt, onRequested }: RunControlsProps) {
  const [isAsking, setAsking] = useState(false);
  const [run] = view.runs;
  return (
    <div className="grid gap-2">
      {run?.status === "running" ? (
        <StopControl run={run} />
      ) : (
        <Button
          className="flex-1"
          onClick={() => setAsking(true)}
          pending={requestedAt !== null}
          pendingLabel="Starting…"
          explain={isDirty ? "A run uses the saved settings. Save or discard your changes first." : undefined}
        >
          Run now
        </Button>
      )}
      <p role="status" className="text-sm text-muted empty:hidden">
        {isOverdue(requestedAt, view.at)
          ? "No server has begun the run yet. It begins as soon as one takes jobs."
          : null}
      </p>
      {/* Beside both buttons: a short run may begin and end before the answer to the request is here. */}
      <RunNowDialog view={view} isOpen={isAsking} onClose={() => setAsking(false)} onRequested={onRequested} />
    </div>
  );
}

function StopControl({ run }: { run: RunView }) {
  const stop = useMutation(stopMutation);
  return (
    <>
      <Button
        onClick={() => stop.mutate(run.id)}
        pending={run.isStopRequested || stop.isPending}
        pendingLabel="Stopping…"
      >
        Stop
      </Button>
      <p className="text-sm text-muted">It stops after the batch at hand. What is removed by then stays removed.</p>
      <div role="alert" className="empty:hidden">
        {stop.error ? <Notice tone="danger">{stop.error.message}</Notice> : null}
      </div>
    </>
  );
}

/** A server takes a run within a second or two; longer means that none is taking jobs. */
const BEGINS_WITHIN_MS = 20_000;

function isOverdue(requestedAt: string | null, at: string): boolean {
  return requestedAt !== null && Date.parse(at) - Date.parse(requestedAt) > BEGINS_WITHIN_MS;
}

type RunNowDialogProps = {
  view: CleanupView;
  isOpen: boolean;
  onClose: () => void;
  onRequested: (runId: string) => void;
};

function RunNowDialog({ view, isOpen, onClose, onRequested }: RunNowDialogProps) {
  const { retentionDays, skipSynced, brakePercent } = view.settings;
  const values = { retentionDays, skipSynced, brakePercent };
  const effect = useQuery(effectQuery(isOpen ? values : null, view.runs[0]?.finishedAt ?? null));
  const held = effect.data?.held ?? null;
  const runNow = useMutation(runNowMutation);
  const close = () => {
    runNow.reset();
    onClose();
  };
  const start = () => {
    runNow.mutate(undefined, {
      onSuccess: ({ runId }) => {
        onRequested(runId);
        close();
      },
    });
  };
  return (
    <AlertDialog
      open={isOpen}
      onClose={close}
      onConfirm={start}
      title="Run cleanup now"
      description={
        <>
          With the saved settings,{" "}
          <strong>{effect.data === undefined ? "all that may go" : certificatesText(removableOf(effect.data))}</strong>{" "}
          would be deleted now, for good. A record of each removal stays under Removals.
        </>
      }
      confirmLabel="Start run"
      pendingLabel="Starting…"
      pending={runNow.isPending}
      error={runNow.error?.message}
    >
      {held === null ? null : (
        <div className="mt-4">
          <Notice tone="warning">{brakeSentence(held)}</Notice>
        </div>
      )}
    </AlertDialog>
  );
}
