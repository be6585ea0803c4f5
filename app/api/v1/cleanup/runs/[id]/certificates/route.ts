import { z } from "zod";
import { listSkips } from "@/lib/cleanup/history";
import { RUN_OUTCOMES } from "@/lib/cleanup/rules";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { listRemovalsOfRun } from "@/lib/removal/queries";
import { readCleanupRun } from "../../../../cleanup-view";
import { idCursor, nextCursor } from "../../../../cursor";
import { outcomeRow } from "../../../../outcome-view";

export const GET = apiRoute(
  {
    can: "cleanup:manage",
    summary: "List the certificates that a run removed, skipped or failed to remove, fifty a page.",
    params: z.strictObject({ id: z.uuid() }),
    query: z.strictObject({ outcome: z.enum(RUN_OUTCOMES).default("removed"), cursor: idCursor }),
    body: NOTHING,
    answer: z.object({ certificates: z.array(outcomeRow), next_cursor: nextCursor }),
  },
  async ({ scope, params, query: { outcome, cursor = null } }) => {
    const { id: runId } = await readCleanupRun(scope, params.id);
    const position = { after: cursor, before: null };
    if (outcome === "removed") {
      const { rows, next } = await listRemovalsOfRun(scope, runId, position);
      const removed = rows.map(({ id, name }) => ({ id, name, error: null, is_in_inventory: false }));
      return { value: { certificates: removed, next_cursor: next } };
    }
    const { rows, next } = await listSkips(scope, { runId, reason: outcome }, position);
    const stayed = rows.map(({ isGone, ...row }) => ({ ...row, is_in_inventory: !isGone }));
    return { value: { certificates: stayed, next_cursor: next } };
  },
);

export const { POST, PUT, PATCH, DELETE } = otherMethods({ GET });
