import { z } from "zod";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { answerOrder, order } from "../../order-view";

export const GET = apiRoute(
  {
    can: "certificates:read",
    summary: "Show one order: its steps, and what the CA has seen of each name.",
    params: z.strictObject({ id: z.uuid() }),
    query: NOTHING,
    body: NOTHING,
    answer: order,
  },
  async ({ scope, params: { id }, now }) => ({ value: await answerOrder(scope, id, now) }),
);

export const { POST, PUT, PATCH, DELETE } = otherMethods({ GET });
