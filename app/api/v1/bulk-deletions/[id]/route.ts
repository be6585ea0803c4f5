import { z } from "zod";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { bulkDeletion, bulkDeletionOf, readBulkDeletion } from "../../bulk-deletion-view";

export const GET = apiRoute(
  {
    can: "removals:read",
    summary: "Show how far a bulk deletion is, and what came of it.",
    params: z.strictObject({ id: z.uuid() }),
    query: NOTHING,
    body: NOTHING,
    answer: bulkDeletion,
  },
  async ({ scope, params: { id }, now }) => ({ value: bulkDeletionOf(await readBulkDeletion(scope, id, now)) }),
);

export const { POST, PUT, PATCH, DELETE } = otherMethods({ GET });
