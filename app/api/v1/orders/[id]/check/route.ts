import { z } from "zod";
import { otherMethods } from "@/lib/http/api-method";
import { ApiRefusal } from "@/lib/http/api-problem";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { checkDns } from "@/lib/orders/commands";
import { answerOrder, order } from "../../../order-view";

export const POST = apiRoute(
  {
    can: "certificates:issue",
    summary: "Have the TXT records of an order looked up, and go on when all are there.",
    params: z.strictObject({ id: z.uuid() }),
    query: NOTHING,
    body: NOTHING,
    answer: order,
    statuses: { 202: "They are there, and the CA is asked now." },
  },
  async ({ scope, params: { id }, now }) => {
    const found = await checkDns(scope, id, now);
    if (found.kind === "missing") throw new ApiRefusal({ name: "conflict", detail: found.sentence });
    return { value: await answerOrder(scope, id, now), status: 202 };
  },
);

export const { GET, HEAD, PUT, PATCH, DELETE } = otherMethods({ POST });
