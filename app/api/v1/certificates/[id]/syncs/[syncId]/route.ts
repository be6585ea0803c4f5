import { z } from "zod";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { endSync } from "@/lib/syncs/commands";
import { COPY_ENDS } from "@/lib/syncs/rules";

const copy = z.enum(COPY_ENDS).meta({
  description: "What becomes of the copy: it is removed at the destination too, or left there and forgotten.",
});

export const DELETE = apiRoute(
  {
    can: "syncs:write",
    summary: "Keep no copy of a certificate at a destination any more.",
    params: z.strictObject({ id: z.uuid(), syncId: z.uuid() }),
    query: z.strictObject({ copy }),
    body: NOTHING,
    answer: z.object({ id: z.uuid() }),
    statuses: {
      202: "The copy is removed soon, and keeps the certificate until then.",
      200: "The copy is left there.",
    },
  },
  async ({ scope, params: { id: certificateId, syncId }, query, now }) => {
    await endSync(scope, { certificateId, syncId, copy: query.copy }, now);
    return { value: { id: syncId }, status: query.copy === "remove" ? 202 : 200 };
  },
);

export const { GET, HEAD, POST, PUT, PATCH } = otherMethods({ DELETE });
