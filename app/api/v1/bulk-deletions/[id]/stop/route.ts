import { z } from "zod";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { requestBulkStop } from "@/lib/removal/bulk";
import { bulkDeletion, bulkDeletionOf, readBulkDeletion } from "../../../bulk-deletion-view";

export const POST = apiRoute(
  {
    can: "certificates:delete",
    summary: "Stop a bulk deletion, which ends after the certificates at hand.",
    params: z.strictObject({ id: z.uuid() }),
    query: NOTHING,
    body: NOTHING,
    answer: bulkDeletion,
    statuses: { 202: "It was asked for." },
  },
  async ({ scope, params: { id }, now }) => {
    await requestBulkStop(scope, { bulkDeletionId: id, now });
    return { value: bulkDeletionOf(await readBulkDeletion(scope, id, now)), status: 202 };
  },
);

export const { GET, HEAD, PUT, PATCH, DELETE } = otherMethods({ POST });
