import { keepPreviousData, mutationOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { runCleanupNow, saveCleanupSettings, stopCleanup } from "@/lib/cleanup/actions";
import type { PreviewOutcome } from "@/lib/cleanup/rules";
import type { CleanupView, SettingsInput } from "@/lib/cleanup/schema";
import { AppError } from "@/lib/errors";
import { browserRequest } from "@/lib/http/browser-request";
import type { Result } from "@/lib/http/result";

const CLEANUP_KEY = ["cleanup"] as const;
const IDLE_POLL_MS = 15_000;
const BUSY_POLL_MS = 1_000;

const schemas = () => import("@/lib/cleanup/schema");

/** The page's live figures; asked for every second while `isBusy` or while a run is running. */
export function cleanupQuery(options: { initial: CleanupView; isBusy: boolean }) {
  return queryOptions({
    queryKey: [...CLEANUP_KEY, "view"],
    queryFn: ({ signal }) => browserRequest("/api/cleanup", async () => (await schemas()).cleanupView, signal),
    initialData: options.initial,
    refetchInterval: ({ state }) =>
      options.isBusy || state.data?.runs[0]?.status === "running" ? BUSY_POLL_MS : IDLE_POLL_MS,
  });
}

/** What a run with these values would do: the next night's with a time, one at this moment without. */
export type EffectValues = {
  retentionDays: number;
  skipSynced: boolean;
  brakePercent: number;
  dailyAtMinute?: number;
};

/** `since` is whatever makes an earlier answer untrue, such as the end of a run. Null values ask for nothing. */
export function effectQuery(values: EffectValues | null, since: string | null) {
  return queryOptions({
    queryKey: [...CLEANUP_KEY, "effect", values, since],
    queryFn: ({ signal }) =>
      browserRequest(`/api/cleanup/effect?${searchOf(values)}`, async () => (await schemas()).effectView, signal),
    enabled: values !== null,
    placeholderData: keepPreviousData,
  });
}

/** Where a page of the preview begins or ends: behind a place, before one, or with neither at the beginning. */
export type PreviewPlace = { after?: string; before?: string };
type PreviewAsked = { values: EffectValues; outcome: PreviewOutcome; at: PreviewPlace };

/** The certificates with which such a run would do this; pages of one list stay until the next is there. */
export function previewQuery({ values, outcome, at }: PreviewAsked, since: string | null) {
  const { brakePercent: _, ...run } = values;
  const path = `/api/cleanup/preview?${searchOf({ ...run, outcome, ...at })}`;
  return queryOptions({
    queryKey: [...CLEANUP_KEY, "preview", path, since],
    queryFn: ({ signal }) => browserRequest(path, async () => (await schemas()).previewPage, signal),
    placeholderData: keepPreviousData,
  });
}

function searchOf(values: Record<string, string | number | boolean> | null): string {
  const entries = Object.entries(values ?? {}).map(([name, value]) => [name, String(value)]);
  return new URLSearchParams(entries).toString();
}

/** The value of an action, or its problem thrown for the mutation to hold. */
async function settled<Value>(asked: Promise<Result<Value>>): Promise<Value> {
  const result = await asked;
  if (!result.ok) throw new AppError(result.problem.code, result.problem.message);
  return result.value;
}

const refresh = (client: QueryClient) => client.invalidateQueries({ queryKey: CLEANUP_KEY });

/** Ends when the page's figures have been read again, so that the form never shows the old ones in between. */
export const saveSettingsMutation = mutationOptions({
  mutationFn: (input: SettingsInput) => settled(saveCleanupSettings(input)),
  onSuccess: (_value, _input, _result, { client }) => refresh(client),
});

export const runNowMutation = mutationOptions({
  mutationFn: () => settled(runCleanupNow({})),
  onSettled: (_value, _error, _input, _result, { client }) => {
    void refresh(client);
  },
});

export const stopMutation = mutationOptions({
  mutationFn: (runId: string) => settled(stopCleanup({ runId })),
  onSettled: (_value, _error, _input, _result, { client }) => refresh(client),
});
