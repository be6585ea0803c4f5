import { z } from "zod";
import { readCertificateName } from "@/lib/certificates/detail";
import { otherMethods } from "@/lib/http/api-method";
import { ApiRefusal, UNKNOWN } from "@/lib/http/api-problem";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { pageSyncs } from "@/lib/syncs/queries";
import { isActiveSync, SYNC_STATES } from "@/lib/syncs/rules";
import { moment } from "../../../certificate-view";
import { idCursor, nextCursor } from "../../../cursor";

const sync = z
  .object({
    id: z.uuid(),
    destination: z.string(),
    enabled: z.boolean(),
    state: z.enum(SYNC_STATES),
    is_active: z.boolean().meta({ description: "It keeps the certificate from being deleted." }),
    added_at: moment,
  })
  .meta({ id: "Sync" });

export const GET = apiRoute(
  {
    can: "certificates:read",
    summary: "List the copies of a certificate at destinations, in the order in which they were added, fifty a page.",
    params: z.strictObject({ id: z.uuid() }),
    query: z.strictObject({ cursor: idCursor }),
    body: NOTHING,
    answer: z.object({ syncs: z.array(sync), next_cursor: nextCursor }),
  },
  async ({ scope, params: { id }, query: { cursor = null }, now }) => {
    if ((await readCertificateName(scope, id)) === null) throw new ApiRefusal(UNKNOWN);
    const { rows, next } = await pageSyncs(scope, { certificateId: id, now }, { after: cursor, before: null });
    const syncs = rows.map(({ id: syncId, destination, enabled, state, addedAt }) => ({
      ...{ id: syncId, destination, enabled, state },
      ...{ is_active: isActiveSync({ enabled, state }), added_at: addedAt.toISOString() },
    }));
    return { value: { syncs, next_cursor: next } };
  },
);

export const { POST, PUT, PATCH, DELETE } = otherMethods({ GET });
