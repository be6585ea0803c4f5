"use server";

import { acknowledgeRun, approveRun, requestRun, requestStop, saveSettings } from "@/lib/cleanup/commands";
import { runInput, runNowInput, settingsInput } from "@/lib/cleanup/schema";
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

export const stopCleanup = action({ can: "cleanup:manage", input: runInput }, async ({ scope, input, now }) => {
  await requestStop(scope, { runId: input.runId, now });
  return null;
});

export const approveCleanupRun = action({ can: "cleanup:manage", input: runInput }, async ({ scope, input, now }) => {
  await approveRun(scope, { runId: input.runId, now });
  return null;
});

export const acknowledgeCleanupRun = action(
  { can: "cleanup:manage", input: runInput },
  async ({ scope, input, now }) => {
    await acknowledgeRun(scope, { runId: input.runId, now });
    return null;
  },
);
