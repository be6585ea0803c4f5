import { z } from "zod";
import { requestRun } from "@/lib/cleanup/commands";
import { listRuns } from "@/lib/cleanup/history";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { momentPlaceText, momentPosition } from "@/lib/paging/schema";
import { cleanupRun, cleanupRunOf } from "../../cleanup-view";

const placeOf = (text: string | undefined) => momentPosition.parse({ after: text ?? null }).after;

const query = z.strictObject({
  cursor: z
    .string()
    .refine((text) => placeOf(text) !== null, "This is not the next_cursor of a page of this list.")
    .optional()
    .meta({ description: "The next_cursor of the page before." }),
});

export const GET = apiRoute(
  {
    can: "cleanup:manage",
    summary: "List the runs of the cleanup, newest first, fifty a page.",
    params: NOTHING,
    query,
    body: NOTHING,
    answer: z.object({ runs: z.array(cleanupRun), next_cursor: z.string().nullable() }),
  },
  async ({ scope, query: { cursor } }) => {
    const { rows, next } = await listRuns(scope, { after: placeOf(cursor), before: null });
    return { value: { runs: rows.map(cleanupRunOf), next_cursor: next === null ? null : momentPlaceText(next) } };
  },
);

export const POST = apiRoute(
  {
    can: "cleanup:manage",
    summary: "Run the cleanup now with the saved settings. It begins within seconds; until then its id answers 404.",
    params: NOTHING,
    query: NOTHING,
    body: NOTHING,
    answer: z.object({ id: z.uuid() }),
    statuses: { 202: "It was asked for." },
  },
  async ({ scope, now }) => {
    const { runId } = await requestRun(scope, now);
    return { value: { id: runId }, status: 202, location: `/api/v1/cleanup/runs/${runId}` };
  },
);
