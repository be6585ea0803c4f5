import { z } from "zod";
import { requestRun } from "@/lib/cleanup/commands";
import { listRuns } from "@/lib/cleanup/history";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { momentPlaceText } from "@/lib/paging/schema";
import { cleanupRun, cleanupRunOf } from "../../cleanup-view";
import { momentCursor, nextCursor } from "../../cursor";

export const GET = apiRoute(
  {
    can: "cleanup:manage",
    summary: "List the runs of the cleanup, newest first, fifty a page.",
    params: NOTHING,
    query: z.strictObject({ cursor: momentCursor }),
    body: NOTHING,
    answer: z.object({ runs: z.array(cleanupRun), next_cursor: nextCursor }),
  },
  async ({ scope, query: { cursor = null } }) => {
    const { rows, next } = await listRuns(scope, { after: cursor, before: null });
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

export const { PUT, PATCH, DELETE } = otherMethods({ GET, POST });
