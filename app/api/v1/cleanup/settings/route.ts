import { z } from "zod";
import { saveSettings } from "@/lib/cleanup/commands";
import { readCleanup } from "@/lib/cleanup/queries";
import { settingsInput } from "@/lib/cleanup/schema";
import { AppError } from "@/lib/errors";
import { otherMethods } from "@/lib/http/api-method";
import { ApiRefusal } from "@/lib/http/api-problem";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { cleanupSettings, cleanupSettingsOf, dailyAt } from "../../cleanup-view";

export const GET = apiRoute(
  {
    can: "cleanup:manage",
    summary: "Show the settings of the cleanup.",
    params: NOTHING,
    query: NOTHING,
    body: NOTHING,
    answer: cleanupSettings,
  },
  async ({ scope, now }) => ({ value: cleanupSettingsOf(await readCleanup(scope, now)) }),
);

const { enabled, retentionDays, skipSynced, copies, brakePercent, seenUpdatedAt } = settingsInput.shape;

const newSettings = z.strictObject({
  enabled,
  retention_days: retentionDays,
  skip_synced: skipSynced,
  copies: copies.meta({ description: "Left out, it stays as it is." }),
  daily_at: dailyAt.meta({ description: "Hour and minute, UTC." }),
  brake_percent: brakePercent,
  seen_updated_at: seenUpdatedAt.meta({
    description: "The updated_at of the settings that you read. Refused when others have been saved since.",
  }),
});

export const PUT = apiRoute(
  {
    can: "cleanup:manage",
    summary: "Save the settings of the cleanup, all of them.",
    params: NOTHING,
    query: NOTHING,
    body: newSettings,
    answer: cleanupSettings,
  },
  async ({ scope, body, now }) => {
    const values = {
      enabled: body.enabled,
      retentionDays: body.retention_days,
      skipSynced: body.skip_synced,
      ...(body.copies === undefined ? {} : { copies: body.copies }),
      dailyAtMinute: body.daily_at,
      brakePercent: body.brake_percent,
      seenUpdatedAt: body.seen_updated_at,
    };
    await saveSettings(scope, { ...values, now }).catch(refuseStale);
    return { value: cleanupSettingsOf(await readCleanup(scope, now)) };
  },
);

export const { POST, PATCH, DELETE } = otherMethods({ GET, PUT });

/** The sentence for screens says to reload the page. */
function refuseStale(error: unknown): never {
  if (!(error instanceof AppError) || error.code !== "conflict") throw error;
  const detail = "Other settings were saved since “seen_updated_at”. Nothing was changed: read them again, then save.";
  throw new ApiRefusal({ name: "conflict", detail });
}
