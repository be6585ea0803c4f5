import { z } from "zod";
import { otherMethods } from "@/lib/http/api-method";
import { ApiRefusal } from "@/lib/http/api-problem";
import { apiRoute, NOTHING } from "@/lib/http/api-route";
import { CHALLENGES, KEY_ALGORITHMS } from "@/lib/issuers/rules";
import { placeOrder } from "@/lib/orders/commands";
import { pageOrders } from "@/lib/orders/queries";
import { ORDER_SHOWINGS } from "@/lib/orders/rules";
import { newOrder } from "@/lib/orders/schema";
import { idCursor, nextCursor } from "../cursor";
import { answerOrder, listedOrder, listedOrderOf, order } from "../order-view";

export const GET = apiRoute(
  {
    can: "certificates:read",
    summary: "List the orders, newest first, fifty a page.",
    params: NOTHING,
    query: z.strictObject({
      show: z.enum(ORDER_SHOWINGS).default("all").meta({ description: "failed: also those that were canceled." }),
      cursor: idCursor,
    }),
    body: NOTHING,
    answer: z.object({ orders: z.array(listedOrder), next_cursor: nextCursor }),
  },
  async ({ scope, query: { show, cursor = null } }) => {
    const { rows, next } = await pageOrders(scope, { show }, { after: cursor, before: null });
    return { value: { orders: rows.map(listedOrderOf), next_cursor: next } };
  },
);

const { issuerId, names, days, csr } = newOrder.shape;
const body = z
  .strictObject({
    issuer_id: issuerId,
    names: names.default([]).meta({ description: "DNS names, wildcards and IP addresses. With a CSR: none." }),
    key: z.enum(KEY_ALGORITHMS).optional().meta({ description: "Of the key that is made and kept here: ec_p256." }),
    csr: csr.unwrap().optional().meta({ description: "PEM. Its key stays where it is." }),
    days: days.unwrap().optional().meta({ description: "Where a private CA issues: else the longest that it allows." }),
    challenge: z.enum(CHALLENGES).optional().meta({ description: "Of an ACME server: else the issuer's own." }),
  })
  .superRefine(({ names: named, key, csr: request }, context) => {
    const say = (field: string, message: string) => context.addIssue({ code: "custom", path: [field], message });
    if (request === undefined && named.length === 0) say("names", "Name at least one.");
    if (request !== undefined && named.length > 0)
      say("names", "The CSR says for which names it is. Send none beside it.");
    if (request !== undefined && key !== undefined) say("key", "The CSR has its own key. Send none beside it.");
  });

export const POST = apiRoute(
  {
    can: "certificates:issue",
    summary: "Order a certificate of an issuer. A private CA issues it at once, an ACME server by and by.",
    params: NOTHING,
    query: NOTHING,
    body,
    answer: order,
    statuses: { 201: "It is issued.", 202: "It goes on; ask for it again." },
  },
  async ({ scope, body: asked, now }) => {
    const outcome = await placeOrder(
      scope,
      {
        ...{ issuerId: asked.issuer_id, names: asked.names, csr: asked.csr ?? null },
        keyAlgorithm: asked.csr === undefined ? (asked.key ?? "ec_p256") : null,
        ...{ days: asked.days ?? null, challenge: asked.challenge ?? null },
      },
      now,
    );
    if (outcome.kind === "refused") throw new ApiRefusal(refusalOf(outcome));
    const { orderId, certificateId } = outcome;
    const value = await answerOrder(scope, orderId, now);
    return { value, status: certificateId === null ? 202 : 201, location: `/api/v1/orders/${orderId}` };
  },
);

const FIELD_NAMES: Record<string, string> = { issuerId: "issuer_id", keyAlgorithm: "key" };

function refusalOf({ field, sentence }: { field: string; sentence: string }) {
  return { name: "order-refused" as const, detail: sentence, fields: { [FIELD_NAMES[field] ?? field]: sentence } };
}

export const { PUT, PATCH, DELETE } = otherMethods({ GET, POST });
