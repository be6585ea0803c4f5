import { z } from "zod";
import { type Foreseen, listForeseen, readEffect } from "@/lib/cleanup/preview";
import type { PreviewOutcome } from "@/lib/cleanup/rules";
import { type MomentPlace, momentPlaceText } from "@/lib/paging/schema";
import { moment } from "./certificate-view";
import { weight } from "./cleanup-view";
import { nextCursor } from "./cursor";
import { figure, figureOf } from "./figure-view";

/** What a run would do, in figures and certificate by certificate. */
export const foreseen = z.object({
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
  next_cursor: nextCursor,
});

type Asked = { outcome: PreviewOutcome; cursor?: MomentPlace | undefined };

export async function foreseenOf(
  scope: Parameters<typeof listForeseen>[0],
  run: Foreseen & { brakePercent: number },
  { outcome, cursor = undefined }: Asked,
): Promise<z.input<typeof foreseen>> {
  const { rows, next } = await listForeseen(scope, { ...run, outcome }, { after: cursor ?? null, before: null });
  const effect = cursor === undefined ? await readEffect(scope, run) : null;
  return {
    figures:
      effect === null
        ? null
        : {
            removable: figureOf(effect.removable),
            skipped_deployed: figureOf(effect.skippedDeployed),
            skipped_synced: figureOf(effect.skippedSynced),
            held: effect.held,
          },
    certificates: rows.map((row) => ({
      id: row.id,
      name: row.name,
      not_after: row.notAfter,
      deployed_at: row.deployedAt,
      synced_to: row.syncedTo,
    })),
    next_cursor: next === null ? null : momentPlaceText(next),
  };
}
