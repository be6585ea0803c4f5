"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { acknowledgeMutation, approveMutation } from "@/lib/cleanup/query-options";
import type { RunView } from "@/lib/cleanup/schema";

const TITLES: Partial<Record<RunView["status"], string>> = {
  held: "The last run was held",
  failed: "The last run failed",
  interrupted: "The last run was interrupted",
};

/** What a product admin has to know of the last run, until somebody says that it is known. */
export function RunNotice({ run }: { run: RunView | undefined }) {
  const acknowledge = useMutation(acknowledgeMutation);
  const [isAsking, setAsking] = useState(false);
  const title = run === undefined ? undefined : TITLES[run.status];
  if (run === undefined || title === undefined || run.isApproved) return null;
  if (run.isAcknowledged && run.status !== "held") return null;
  return (
    <Notice tone={run.status === "held" ? "info" : "danger"} title={title}>
      <p>{run.error}</p>
      <div className="mt-2 flex gap-2">
        {run.status === "held" ? (
          <Button onClick={() => setAsking(true)}>Approve this run</Button>
        ) : (
          <Button onClick={() => acknowledge.mutate(run.id)} pending={acknowledge.isPending} pendingLabel="Dismissing…">
            Dismiss
          </Button>
        )}
      </div>
      <ApproveDialog run={run} isOpen={isAsking} onClose={() => setAsking(false)} />
    </Notice>
  );
}

function ApproveDialog({ run, isOpen, onClose }: { run: RunView; isOpen: boolean; onClose: () => void }) {
  const approve = useMutation(approveMutation);
  const close = () => {
    approve.reset();
    onClose();
  };
  return (
    <AlertDialog
      open={isOpen}
      onClose={close}
      onConfirm={() => approve.mutate(run.id, { onSuccess: close })}
      title="Approve this run"
      description={run.error ?? ""}
      confirmLabel="Approve and delete"
      pendingLabel="Approving…"
      pending={approve.isPending}
      error={approve.error?.message}
    />
  );
}
