"use server";

import { requestRun, requestStop, saveSettings } from "@/lib/cleanup/commands";
import { runNowInput, settingsInput, stopInput } from "@/lib/cleanup/schema";
import { action } from "@/lib/http/action";

export const saveCleanupSettings = action(
  { can: "cleanup:manage", input: settingsInput },
  async ({ scope, input, now }) => {
    const { updatedAt } = await saveSettings(scope, { ...input, now });
    return { updatedAt: updatedAt.toISOString() };
  },
);

export const runCleanupNow = action({ can: "cleanup:manage", input: runNowInput }, ({ scope, now }) =>
  requestRun(scope, now),
);

export const stopCleanup = action({ can: "cleanup:manage", input: stopInput }, async ({ scope, input, now }) => {
  await requestStop(scope, { runId: input.runId, now });
  return null;
});
