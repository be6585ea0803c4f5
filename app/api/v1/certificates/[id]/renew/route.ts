import { z } from "zod";
import { otherMethods } from "@/lib/http/api-method";
import { ApiRefusal, UNKNOWN } from "@/lib/http/api-problem";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { renew } from "@/lib/orders/commands";
import { answerOrder, order } from "../../../order-view";

export const POST = apiRoute(
  {
    can: "certificates:issue",
    summary: "Order a certificate that was issued here once more, to take its place.",
    params: z.strictObject({ id: z.uuid() }),
    query: NOTHING,
    body: NOTHING,
    answer: order,
    statuses: { 201: "It is issued.", 202: "It goes on; ask for the order again." },
  },
  async ({ scope, params: { id }, now }) => {
    const outcome = await renew(scope, id, now);
    switch (outcome.kind) {
      case "unknown":
        throw new ApiRefusal(UNKNOWN);
      case "refused":
        throw new ApiRefusal({ name: "order-refused", detail: outcome.sentence });
      case "placed": {
        const { orderId, certificateId } = outcome;
        const value = await answerOrder(scope, orderId, now);
        return { value, status: certificateId === null ? 202 : 201, location: `/api/v1/orders/${orderId}` };
      }
    }
  },
);

export const { GET, HEAD, PUT, PATCH, DELETE } = otherMethods({ POST });
