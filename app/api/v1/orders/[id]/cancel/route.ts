import { z } from "zod";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { cancelOrder } from "@/lib/orders/commands";
import { answerOrder, order } from "../../../order-view";

export const POST = apiRoute(
  {
    can: "certificates:issue",
    summary: "Give up an order.",
    params: z.strictObject({ id: z.uuid() }),
    query: NOTHING,
    body: NOTHING,
    answer: order,
  },
  async ({ scope, params: { id }, now }) => {
    await cancelOrder(scope, id, now);
    return { value: await answerOrder(scope, id, now) };
  },
);

export const { GET, HEAD, PUT, PATCH, DELETE } = otherMethods({ POST });
