"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { type Edits, isDirty } from "@/components/cleanup/draft";
import { LastRun } from "@/components/cleanup/last-run";
import { RunControls } from "@/components/cleanup/run-controls";
import { RunHistory } from "@/components/cleanup/run-history";
import { SettingsForm } from "@/components/cleanup/settings-form";
import { Card, CardSection } from "@/components/ui/card";
import { cleanupQuery } from "@/lib/cleanup/query-options";
import { formatDailyAt } from "@/lib/cleanup/rules";
import type { CleanupView } from "@/lib/cleanup/schema";
import { formatDateTimeUtc, formatRelative } from "@/lib/dates/rules";

/** A run that was asked for here and that no server has begun yet. */
type Requested = { runId: string; at: string };

/** Settings, last run and history of the cleanup; kept up to date while the page is open. */
export function CleanupScreen({ initial }: { initial: CleanupView }) {
  const [edits, setEdits] = useState<Edits | null>(null);
  const [requested, setRequested] = useState<Requested | null>(null);
  const { data: view } = useQuery(cleanupQuery({ initial, isBusy: requested !== null }));
  const [run] = view.runs;
  const hasBegun = view.runs.some((one) => one.id === requested?.runId) || run?.status === "running";
  if (requested !== null && hasBegun) setRequested(null);
  useEndOfRun(run?.finishedAt ?? null);
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_320px]">
      <div>
        <SettingsForm
          settings={view.settings}
          schedule={scheduleOf(view)}
          since={run?.finishedAt ?? null}
          edits={edits}
          onEdit={setEdits}
        />
        <LastRun view={view} />
        <RunHistory view={view} />
      </div>
      <aside aria-label="About Certificate Cleanup">
        <Card>
          <CardSection>
            <h2 className="font-semibold">Who can change this</h2>
            <p className="mt-1 text-muted">Only product admins see and change Certificate Cleanup.</p>
          </CardSection>
          <CardSection>
            <h2 className="font-semibold">What is never removed</h2>
            <p className="mt-1 text-muted">
              A certificate that is deployed, or that has not expired, whatever the settings say.
            </p>
          </CardSection>
          <CardSection>
            <RunControls
              view={view}
              isDirty={isDirty(view.settings, edits)}
              requestedAt={requested?.at ?? null}
              onRequested={(runId) => setRequested({ runId, at: view.at })}
            />
          </CardSection>
        </Card>
      </aside>
    </div>
  );
}

/** When a run ends while one looks on, the frame around the page is read anew: it may have to tell of it. */
function useEndOfRun(finishedAt: string | null) {
  const router = useRouter();
  const seen = useRef(finishedAt);
  useEffect(() => {
    if (seen.current === finishedAt) return;
    seen.current = finishedAt;
    router.refresh();
  }, [finishedAt, router]);
}

/** "Runs daily at 02:00 UTC. Next run in 9 hours, 23 Nov 2026, 02:00 UTC." */
function scheduleOf({ settings, nextRunAt, at }: CleanupView): string {
  const daily = formatDailyAt(settings.dailyAtMinute);
  if (nextRunAt === null) return `Off. When it is on, it runs daily at ${daily} UTC.`;
  const next = new Date(nextRunAt);
  if (nextRunAt === at) return `Runs daily at ${daily} UTC. A run is due and begins within a minute.`;
  return `Runs daily at ${daily} UTC. Next run ${formatRelative(next, new Date(at))}, on ${formatDateTimeUtc(next)}.`;
}
