import { z } from "zod";
import { pageEventsOf } from "@/lib/audit/queries";
import { AUDIT_ACTIONS } from "@/lib/audit/rules";
import { readCertificateName } from "@/lib/certificates/detail";
import { otherMethods } from "@/lib/http/api-method";
import { ApiRefusal, UNKNOWN } from "@/lib/http/api-problem";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { readRemoval } from "@/lib/removal/queries";
import { moment } from "../../../certificate-view";
import { idCursor, nextCursor } from "../../../cursor";

const event = z
  .object({
    id: z.uuid(),
    at: moment,
    action: z.enum(AUDIT_ACTIONS),
    actor: z.string(),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  })
  .meta({ id: "HistoryEvent" });

export const GET = apiRoute(
  {
    can: "certificates:read",
    summary:
      "List what was done to a certificate since it was added, newest first, fifty a page. A removed one keeps it.",
    params: z.strictObject({ id: z.uuid() }),
    query: z.strictObject({ cursor: idCursor }),
    body: NOTHING,
    answer: z.object({ events: z.array(event), next_cursor: nextCursor }),
  },
  async ({ scope, params: { id }, query: { cursor = null } }) => {
    const isKnown = (await readCertificateName(scope, id)) !== null || (await readRemoval(scope, id)) !== null;
    if (!isKnown) throw new ApiRefusal(UNKNOWN);
    const { rows, next } = await pageEventsOf(scope, id, { after: cursor, before: null });
    const events = rows.map(({ at, actorLabel, ...rest }) => ({ ...rest, at: at.toISOString(), actor: actorLabel }));
    return { value: { events, next_cursor: next } };
  },
);

export const { POST, PUT, PATCH, DELETE } = otherMethods({ GET });
