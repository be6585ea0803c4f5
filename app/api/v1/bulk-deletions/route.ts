import { z } from "zod";
import { AppError } from "@/lib/errors";
import { otherMethods } from "@/lib/http/api-method";
import { ApiRefusal } from "@/lib/http/api-problem";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { deleteSelected } from "@/lib/removal/bulk";
import { listBulkDeletions } from "@/lib/removal/bulk-queries";
import { BULK_AT_ONCE } from "@/lib/removal/rules";
import { bulkDeletion, bulkDeletionOf, readBulkDeletion, selectionBody, selectionOf } from "../bulk-deletion-view";
import { idCursor, nextCursor } from "../cursor";

export const GET = apiRoute(
  {
    can: "removals:read",
    summary: "List the bulk deletions, newest first, fifty a page.",
    params: NOTHING,
    query: z.strictObject({ cursor: idCursor }),
    body: NOTHING,
    answer: z.object({ bulk_deletions: z.array(bulkDeletion), next_cursor: nextCursor }),
  },
  async ({ scope, query: { cursor = null }, now }) => {
    const { rows, next } = await listBulkDeletions(scope, { after: cursor, now });
    return { value: { bulk_deletions: rows.map(bulkDeletionOf), next_cursor: next } };
  },
);

export const POST = apiRoute(
  {
    can: "certificates:delete",
    summary: `Delete what may go of many certificates; up to ${BULK_AT_ONCE} at once, more by a job. Each is judged when its turn comes.`,
    params: NOTHING,
    query: NOTHING,
    body: selectionBody,
    answer: bulkDeletion,
    statuses: { 201: "It is done.", 202: "It goes on; ask for it again." },
  },
  async ({ scope, body, now }) => {
    const { bulkDeletionId, isFinished } = await deleteSelected(scope, { selection: selectionOf(body), now }).catch(
      refuseNothing,
    );
    const view = await readBulkDeletion(scope, bulkDeletionId, now);
    const location = `/api/v1/bulk-deletions/${bulkDeletionId}`;
    return { value: bulkDeletionOf(view), status: isFinished ? 201 : 202, location };
  },
);

export const { PUT, PATCH, DELETE } = otherMethods({ GET, POST });

/** Not an id in the address: what was not found is what the body means. */
function refuseNothing(error: unknown): never {
  if (!(error instanceof AppError) || error.code !== "not_found") throw error;
  throw new ApiRefusal({ name: "not-found", detail: "Nothing in the inventory is what you selected." });
}
