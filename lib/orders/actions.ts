"use server";

import { AppError } from "@/lib/errors";
import { action } from "@/lib/http/action";
import { cancelOrder, checkDns, placeOrder, renew, retryOrder } from "@/lib/orders/commands";
import { knownOrder, renewal, typedOrder } from "@/lib/orders/schema";

/** Orders a certificate; one of a private CA is there at once. What is refused is told at its field. */
export const issueCertificateAction = action(
  { can: "certificates:issue", input: typedOrder },
  async ({ scope, input, now }) => {
    const outcome = await placeOrder(scope, input, now);
    // Nothing that was typed is wrong: the issuer is not there, or not in use any more.
    if (outcome.kind === "refused" && outcome.field === "issuerId") throw new AppError("conflict", outcome.sentence);
    return outcome;
  },
);

/** Orders a certificate that was issued here once more; one of a private CA is there at once. */
export const renewCertificateAction = action(
  { can: "certificates:issue", input: renewal },
  async ({ scope, input, now }) => {
    const outcome = await renew(scope, input.certificateId, now);
    switch (outcome.kind) {
      case "placed":
        return { orderId: outcome.orderId, certificateId: outcome.certificateId };
      case "refused":
        throw new AppError("conflict", outcome.sentence);
      case "unknown":
        throw new AppError("not_found", "There is no such certificate any more. Reload the page.");
    }
  },
);

/** Looks the TXT records up, and goes on when they are there. */
export const checkDnsAction = action({ can: "certificates:issue", input: knownOrder }, ({ scope, input, now }) =>
  checkDns(scope, input.orderId, now),
);

export const cancelOrderAction = action({ can: "certificates:issue", input: knownOrder }, ({ scope, input, now }) =>
  cancelOrder(scope, input.orderId, now),
);

export const retryOrderAction = action({ can: "certificates:issue", input: knownOrder }, ({ scope, input, now }) =>
  retryOrder(scope, input.orderId, now),
);
