import { z } from "zod";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { retryFailed } from "@/lib/removal/bulk";
import { bulkDeletion, bulkDeletionOf, readBulkDeletion } from "../../../bulk-deletion-view";

export const POST = apiRoute(
  {
    can: "certificates:delete",
    summary: "Try again to delete what a bulk deletion could not because of an error, as a bulk deletion of its own.",
    params: z.strictObject({ id: z.uuid() }),
    query: NOTHING,
    body: NOTHING,
    answer: bulkDeletion,
    statuses: { 201: "It is done.", 202: "It goes on; ask for it again." },
  },
  async ({ scope, params: { id }, now }) => {
    const { bulkDeletionId, isFinished } = await retryFailed(scope, { bulkDeletionId: id, now });
    const view = await readBulkDeletion(scope, bulkDeletionId, now);
    const location = `/api/v1/bulk-deletions/${bulkDeletionId}`;
    return { value: bulkDeletionOf(view), status: isFinished ? 201 : 202, location };
  },
);

export const { GET, HEAD, PUT, PATCH, DELETE } = otherMethods({ POST });
