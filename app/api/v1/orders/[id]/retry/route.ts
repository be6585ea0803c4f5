import { z } from "zod";
import { otherMethods } from "@/lib/http/api-method";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { retryOrder } from "@/lib/orders/commands";
import { answerOrder, order } from "../../../order-view";

export const POST = apiRoute(
  {
    can: "certificates:issue",
    summary: "Have an order that failed tried again.",
    params: z.strictObject({ id: z.uuid() }),
    query: NOTHING,
    body: NOTHING,
    answer: order,
    statuses: { 202: "It was asked for." },
  },
  async ({ scope, params: { id }, now }) => {
    await retryOrder(scope, id, now);
    return { value: await answerOrder(scope, id, now), status: 202 };
  },
);

export const { GET, HEAD, PUT, PATCH, DELETE } = otherMethods({ POST });
