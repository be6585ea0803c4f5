import { z } from "zod";
import { foreseenAt, listForeseen, readEffect } from "@/lib/cleanup/preview";
import { readCleanup } from "@/lib/cleanup/queries";
import { PREVIEW_OUTCOMES } from "@/lib/cleanup/rules";
import { previewInput } from "@/lib/cleanup/schema";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { momentPlaceText, momentPosition } from "@/lib/paging/schema";
import { moment } from "../../certificate-view";
import { weight } from "../../cleanup-view";

const placeOf = (text: string | undefined) => momentPosition.parse({ after: text ?? null }).after;
const { retentionDays, skipSynced } = previewInput.shape;

const query = z.strictObject({
  outcome: z.enum(PREVIEW_OUTCOMES).default("removable").meta({ description: "Which certificates to list." }),
  retention_days: retentionDays.optional().meta({ description: "1 to 30; without it the saved setting." }),
  skip_synced: skipSynced.optional().meta({ description: "Without it the saved setting." }),
  cursor: z
    .string()
    .refine((text) => placeOf(text) !== null, "This is not the next_cursor of a page of this list.")
    .optional()
    .meta({ description: "The next_cursor of the page before." }),
});

const figure = z
  .object({ count: z.int(), is_capped: z.boolean() })
  .meta({ description: "is_capped: there are more than were counted." });

const preview = z.object({
  at: moment,
  retention_days: z.int(),
  skip_synced: z.boolean(),
  figures: z
    .object({
      removable: figure,
      skipped_deployed: figure,
      skipped_synced: figure,
      held: weight.nullable().meta({ description: "What the brake would hold the run for; null when it would not." }),
    })
    .nullable()
    .meta({ description: "Null behind a cursor." }),
  certificates: z.array(
    z.object({
      id: z.uuid(),
      name: z.string(),
      not_after: moment,
      deployed_at: z.string().nullable(),
      synced_to: z.string().nullable(),
    }),
  ),
  next_cursor: z.string().nullable(),
});

export const GET = apiRoute(
  {
    can: "cleanup:manage",
    summary: "Show what a cleanup run would do now, in figures and certificate by certificate. Nothing is changed.",
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
    const run = foreseenAt({ ...values, at: now });
    const position = { after: placeOf(asked.cursor), before: null };
    const { rows, next } = await listForeseen(scope, { ...run, outcome: asked.outcome }, position);
    const { brakePercent } = settings;
    const effect = asked.cursor === undefined ? await readEffect(scope, { ...run, brakePercent }) : null;
    const value = {
      at: now.toISOString(),
      retention_days: values.retentionDays,
      skip_synced: values.skipSynced,
      figures: effect === null ? null : figuresOf(effect),
      certificates: rows.map((row) => ({
        id: row.id,
        name: row.name,
        not_after: row.notAfter,
        deployed_at: row.deployedAt,
        synced_to: row.syncedTo,
      })),
      next_cursor: next === null ? null : momentPlaceText(next),
    };
    return { value };
  },
);

function figuresOf({ removable, skippedDeployed, skippedSynced, held }: Awaited<ReturnType<typeof readEffect>>) {
  const figureOf = ({ count, isCapped }: typeof removable) => ({ count, is_capped: isCapped });
  return {
    removable: figureOf(removable),
    skipped_deployed: figureOf(skippedDeployed),
    skipped_synced: figureOf(skippedSynced),
    held,
  };
}
