import { z } from "zod";
import { foreseenAt } from "@/lib/cleanup/preview";
import { readCleanup } from "@/lib/cleanup/queries";
import { PREVIEW_OUTCOMES, upcomingSlot } from "@/lib/cleanup/rules";
import { effectInput } from "@/lib/cleanup/schema";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { moment } from "../../certificate-view";
import { dailyAt } from "../../cleanup-view";
import { momentCursor } from "../../cursor";
import { foreseen, foreseenOf } from "../../foreseen-view";

const { retentionDays, skipSynced, brakePercent } = effectInput.shape;
const SAVED = "Without it the saved setting.";

const query = z.strictObject({
  outcome: z.enum(PREVIEW_OUTCOMES).default("removable").meta({ description: "Which certificates to list." }),
  retention_days: retentionDays.optional().meta({ description: `1 to 30. ${SAVED}` }),
  skip_synced: skipSynced.optional().meta({ description: SAVED }),
  brake_percent: brakePercent.optional().meta({ description: SAVED }),
  daily_at: dailyAt
    .optional()
    .meta({ description: "Asks for the next run at this hour and minute, UTC. Without it: now." }),
  cursor: momentCursor,
});

const preview = z.object({
  at: moment.meta({ description: "When the run would begin." }),
  retention_days: z.int(),
  skip_synced: z.boolean(),
  ...foreseen.shape,
});

export const GET = apiRoute(
  {
    can: "cleanup:manage",
    summary: "Show what a cleanup run would do, in figures and certificate by certificate. Nothing is changed.",
    params: NOTHING,
    query,
    body: NOTHING,
    answer: preview,
  },
  async ({ scope, query: asked, now }) => {
    const { settings } = await readCleanup(scope, now);
    const values = {
      retentionDays: asked.retention_days ?? settings.retentionDays,
      skipSynced: asked.skip_synced ?? settings.skipSynced,
    };
    const at = asked.daily_at === undefined ? now : upcomingSlot(asked.daily_at, now);
    const run = { ...foreseenAt({ ...values, at }), brakePercent: asked.brake_percent ?? settings.brakePercent };
    const told = { at: at.toISOString(), retention_days: values.retentionDays, skip_synced: values.skipSynced };
    return { value: { ...told, ...(await foreseenOf(scope, run, asked)) } };
  },
);

export const { POST, PUT, PATCH, DELETE } = otherMethods({ GET });
