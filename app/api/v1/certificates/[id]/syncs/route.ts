import { z } from "zod";
import { readCertificateName } from "@/lib/certificates/detail";
import { DESTINATION_KINDS } from "@/lib/destinations/rules";
import { otherMethods } from "@/lib/http/api-method";
import { ApiRefusal, UNKNOWN } from "@/lib/http/api-problem";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { addSync } from "@/lib/syncs/commands";
import { pageSyncs } from "@/lib/syncs/queries";
import { isActiveSync, SYNC_STATES } from "@/lib/syncs/rules";
import { newSync, type SyncView } from "@/lib/syncs/schema";
import { moment } from "../../../certificate-view";
import { idCursor, nextCursor } from "../../../cursor";

const params = z.strictObject({ id: z.uuid() });

const sync = z
  .object({
    id: z.uuid(),
    destination: z.string(),
    kind: z.enum(DESTINATION_KINDS).nullable().meta({ description: "Null where only its name is known." }),
    enabled: z.boolean(),
    state: z.enum(SYNC_STATES),
    is_active: z.boolean().meta({ description: "It keeps the certificate from being deleted." }),
    remote_id: z.string().nullable().meta({ description: "What the destination calls the copy." }),
    error: z.string().nullable().meta({ description: "Why the last push, check or removal failed." }),
    added_at: moment,
    pushed_at: moment.nullable(),
    checked_at: moment.nullable().meta({ description: "When the copy was last seen as it should be." }),
    next_attempt_at: moment.nullable(),
    next_check_at: moment.nullable(),
  })
  .meta({ id: "Sync" });

export const GET = apiRoute(
  {
    can: "certificates:read",
    summary: "List the copies of a certificate at destinations, in the order in which they were added, fifty a page.",
    params,
    query: z.strictObject({ cursor: idCursor }),
    body: NOTHING,
    answer: z.object({ syncs: z.array(sync), next_cursor: nextCursor }),
  },
  async ({ scope, params: { id }, query: { cursor = null }, now }) => {
    if ((await readCertificateName(scope, id)) === null) throw new ApiRefusal(UNKNOWN);
    const { rows, next } = await pageSyncs(scope, { certificateId: id, now }, { after: cursor, before: null });
    return { value: { syncs: rows.map(syncOf), next_cursor: next } };
  },
);

function syncOf({ id, destination, kind, enabled, state, ...view }: SyncView): z.input<typeof sync> {
  return {
    ...{ id, destination, kind, enabled, state, is_active: isActiveSync({ enabled, state }) },
    remote_id: view.remoteId,
    error: view.error,
    added_at: view.addedAt.toISOString(),
    pushed_at: view.pushedAt?.toISOString() ?? null,
    checked_at: view.checkedAt?.toISOString() ?? null,
    next_attempt_at: view.nextAttemptAt?.toISOString() ?? null,
    next_check_at: view.nextCheckAt?.toISOString() ?? null,
  };
}

export const POST = apiRoute(
  {
    can: "syncs:write",
    summary: "Have a copy of a certificate kept at a destination, which keeps it from being deleted from then on.",
    params,
    query: NOTHING,
    body: z.strictObject({ destination_id: newSync.shape.destinationId }),
    answer: z.object({ id: z.uuid() }),
    statuses: { 201: "It is wished, and pushed soon: list the copies to see how it went." },
  },
  async ({ scope, params: { id: certificateId }, body, now }) => {
    // An id of nothing answers as any other id does, not as one that was deleted meanwhile.
    if ((await readCertificateName(scope, certificateId)) === null) throw new ApiRefusal(UNKNOWN);
    const { id } = await addSync(scope, { certificateId, destinationId: body.destination_id }, now);
    return { value: { id }, status: 201, location: `/api/v1/certificates/${certificateId}/syncs` };
  },
);

export const { PUT, PATCH, DELETE } = otherMethods({ GET, POST });
