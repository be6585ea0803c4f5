import { z } from "zod";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { pushAgain } from "@/lib/syncs/commands";

export const POST = apiRoute(
  {
    can: "syncs:write",
    summary: "Have a copy of a certificate pushed again, at once.",
    params: z.strictObject({ id: z.uuid(), syncId: z.uuid() }),
    query: NOTHING,
    body: NOTHING,
    answer: z.object({ id: z.uuid() }),
    statuses: { 202: "It was asked for." },
  },
  async ({ scope, params: { id: certificateId, syncId }, now }) => {
    await pushAgain(scope, { certificateId, syncId }, now);
    return { value: { id: syncId }, status: 202 };
  },
);

export const { GET, HEAD, PUT, PATCH, DELETE } = otherMethods({ POST });
