import "server-only";
import type { RunFacts } from "@/lib/cleanup/queries";
import { env } from "@/lib/env";
import type { NotificationEvent } from "@/lib/notifications/rules";

type Message = {
  event: NotificationEvent;
  /** Of the delivery: the same with every attempt. */
  id: string;
  account: { id: string; name: string };
  /** Null for a test. */
  run: RunFacts | null;
  now: Date;
};

/** The JSON that is sent. Its shape is told in docs/notifications.md; receivers rely on it. */
export function bodyOf({ event, id, account, run, now }: Message): string {
  return JSON.stringify({ event, id, time: now.toISOString(), account, run: run === null ? null : runOf(run) });
}

function runOf({ id, status, trigger, startedAt, finishedAt, error, ...counts }: RunFacts) {
  return {
    id,
    status,
    trigger,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    removed: counts.removed,
    skipped: { deployed: counts.skippedDeployed, synced: counts.skippedSynced },
    failed: counts.failed,
    error,
    url: new URL(`/settings/cleanup/runs/${id}`, env().CERTSWEEP_URL).href,
  };
}
