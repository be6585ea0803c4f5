import { z } from "zod";
import { ApiRefusal, UNKNOWN } from "@/lib/http/api-problem";
import { CHALLENGES, KEY_ALGORITHMS } from "@/lib/issuers/rules";
import { readOrder } from "@/lib/orders/queries";
import { ORDER_KINDS, ORDER_STATES } from "@/lib/orders/rules";
import type { OrderRow, OrderView } from "@/lib/orders/schema";
import { moment } from "./certificate-view";

export const listedOrder = z
  .object({
    id: z.uuid(),
    kind: z.enum(ORDER_KINDS),
    state: z.enum(ORDER_STATES),
    issuer: z.object({ id: z.uuid(), name: z.string() }),
    names: z.array(z.string()),
    certificate_id: z.uuid().nullable().meta({ description: "What came of it." }),
    requested_at: moment,
    requested_by: z.string(),
    ended_at: moment.nullable(),
  })
  .meta({ id: "ListedOrder" });

export function listedOrderOf(order: OrderRow): z.input<typeof listedOrder> {
  const { id, kind, state, issuer, names } = order;
  return {
    ...{ id, kind, state, issuer, names },
    certificate_id: order.certificateId,
    requested_at: order.requestedAt.toISOString(),
    requested_by: order.requestedByLabel,
    ended_at: order.endedAt?.toISOString() ?? null,
  };
}

const authorization = z.object({
  name: z.string(),
  status: z.enum(["pending", "valid", "invalid"]),
  txt_name: z.string().nullable().meta({ description: "The TXT record to set, where DNS is to show control." }),
  txt_value: z.string().nullable(),
  problem: z.string().nullable(),
});

export const order = listedOrder
  .extend({
    replaces: z.uuid().nullable().meta({ description: "The certificate whose place the new one takes." }),
    key_algorithm: z.enum(KEY_ALGORITHMS).nullable().meta({ description: "Null with a CSR." }),
    days: z.int().nullable(),
    challenge: z.enum(CHALLENGES).nullable(),
    steps: z.array(z.object({ at: moment, text: z.string() })),
    authorizations: z.array(authorization),
    problem: z.string().nullable().meta({ description: "Why it failed, or does not go on at the moment." }),
    next_attempt_at: moment.nullable(),
  })
  .meta({ id: "Order" });

export function orderOf(view: OrderView): z.input<typeof order> {
  const { days, challenge, problem, steps, authorizations } = view;
  return {
    ...listedOrderOf(view),
    ...{ days, challenge, problem, steps: [...steps] },
    replaces: view.replacesId,
    key_algorithm: view.keyAlgorithm,
    next_attempt_at: view.nextAttemptAt?.toISOString() ?? null,
    authorizations: authorizations.map(({ name, status, txtName, txtValue, problem: told }) => ({
      ...{ name, status, txt_name: txtName, txt_value: txtValue, problem: told },
    })),
  };
}

type Scope = Parameters<typeof readOrder>[0];

/** An order as programs read it. @throws ApiRefusal when the account has none with this id */
export async function answerOrder(scope: Scope, orderId: string, now: Date): Promise<z.input<typeof order>> {
  const view = await readOrder(scope, orderId, now);
  if (view === null) throw new ApiRefusal(UNKNOWN);
  return orderOf(view);
}
