import { z } from "zod";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { listBulkCertificates } from "@/lib/removal/bulk-queries";
import { BULK_OUTCOMES } from "@/lib/removal/schema";
import { readBulkDeletion } from "../../../bulk-deletion-view";
import { idCursor, nextCursor } from "../../../cursor";
import { outcomeRow } from "../../../outcome-view";

export const GET = apiRoute(
  {
    can: "removals:read",
    summary: "List the certificates of a bulk deletion that were removed, skipped or failed, fifty a page.",
    params: z.strictObject({ id: z.uuid() }),
    query: z.strictObject({ outcome: z.enum(BULK_OUTCOMES).default("removed"), cursor: idCursor }),
    body: NOTHING,
    answer: z.object({ certificates: z.array(outcomeRow), next_cursor: nextCursor }),
  },
  async ({ scope, params, query: { outcome, cursor = null }, now }) => {
    const { id } = await readBulkDeletion(scope, params.id, now);
    const { rows, next } = await listBulkCertificates(scope, { id, outcome, after: cursor });
    const certificates = rows.map(({ isInInventory, ...row }) => ({ ...row, is_in_inventory: isInInventory }));
    return { value: { certificates, next_cursor: next } };
  },
);

export const { POST, PUT, PATCH, DELETE } = otherMethods({ GET });
