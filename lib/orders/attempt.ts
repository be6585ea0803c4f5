import "server-only";
import { AcmeRefusal } from "@/lib/acme/failures";
import { openAccount } from "@/lib/acme/session";
import type { Scope } from "@/lib/auth/scope";
import { AppError } from "@/lib/errors";
import { openAcmeAccount, registerAgain } from "@/lib/issuers/acme-accounts";
import { IssuerError } from "@/lib/issuers/failure";
import { readTerms } from "@/lib/issuers/terms";
import { log } from "@/lib/log";
import { advance } from "@/lib/orders/advance";
import { ClaimLost, type OrderClaim, underClaim } from "@/lib/orders/claim";
import { recordFailure, recordSetback, releaseClaim } from "@/lib/orders/record";
import { ATTEMPT_TIMEOUT_MS } from "@/lib/orders/rules";

type Options = { clock: () => Date; signal: AbortSignal };

/**
 * Works at a claimed order, outside any transaction, and writes what came of it under the claim. `signal` aborts when the
 * server stops. @throws ClaimLost where somebody else took the order over
 */
export async function carryOutOrder(scope: Scope, claim: OrderClaim, { clock, signal }: Options): Promise<void> {
  const timeout = AbortSignal.timeout(ATTEMPT_TIMEOUT_MS);
  const within = AbortSignal.any([signal, timeout]);
  try {
    await refuseRetired(scope, claim);
    const account = await openAcmeAccount(scope, claim.issuerId);
    const goOn = ({ name: issuerName, ...own }: typeof account) =>
      advance({ scope, claim, issuerName, session: openAccount(own, within), clock, signal: within });
    await goOn(account).catch(async (error: unknown) => {
      if (!(error instanceof AcmeRefusal) || error.type !== "accountDoesNotExist") throw error;
      // The CA was set up anew, or lost what it knew: the order is lost with the account.
      const again = await registerAgain(scope, claim.issuerId, { now: clock(), signal: within });
      const text = `${again.name} did not know the account any more. It was registered anew.`;
      await beginAnew(claim, { at: clock(), text });
      await goOn(again);
    });
  } catch (error) {
    if (error instanceof ClaimLost) throw error;
    if (signal.aborted) return releaseClaim(claim);
    await setBack(scope, claim, { failure: failureOf(error, claim, timeout.aborted), now: clock() });
  }
}

async function beginAnew(claim: OrderClaim, step: { at: Date; text: string }): Promise<void> {
  await underClaim(claim, { state: "queued", orderUrl: null, authorizations: null, step, lets: "hold" });
  claim.state = "queued";
  claim.orderUrl = null;
}

/** What is handed in already is taken all the same: a certificate that nobody here knows of could not be revoked. */
async function refuseRetired(scope: Scope, { issuerId, state }: OrderClaim): Promise<void> {
  const terms = await readTerms(scope, issuerId);
  if (terms?.isRetired !== true || state === "finalizing") return;
  throw new IssuerError("rejected", `${terms.name} is retired: it issues nothing any more.`);
}

async function setBack(scope: Scope, claim: OrderClaim, { failure, now }: { failure: IssuerError; now: Date }) {
  const { kind, message: sentence, retryAfterMs } = failure;
  switch (kind) {
    case "throttled":
    case "unreachable": {
      const setback = { isThrottled: kind === "throttled", retryAfterMs };
      return recordSetback(scope, claim, { sentence, setback, now });
    }
    case "rejected":
    case "blocked":
    case "credentials":
      return recordFailure(scope, claim, { problem: sentence, now, keepsPlace: false });
  }
}

function failureOf(error: unknown, { orderId }: OrderClaim, isTooSlow: boolean): IssuerError {
  if (isTooSlow) return new IssuerError("unreachable", "The CA took too long to answer.");
  if (error instanceof IssuerError) return error;
  // Such as a key that this server cannot decrypt.
  if (error instanceof AppError) return new IssuerError("unreachable", error.message);
  log.error({ err: error, orderId }, "an order failed in a way that nobody foresaw");
  return new IssuerError("unreachable", "An unforeseen error; the server's log has it.");
}
