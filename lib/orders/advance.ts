import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { orders } from "@/drizzle/schema/orders";
import { AcmeRefusal } from "@/lib/acme/failures";
import { type AcmeOrder, downloadChain, finalizeOrder, newOrder, readOrder } from "@/lib/acme/orders";
import { renewalIdOf } from "@/lib/acme/renewal-info";
import type { AcmeSession } from "@/lib/acme/session";
import type { Scope } from "@/lib/auth/scope";
import { readCertificate } from "@/lib/certificates/detail";
import { IssuerError } from "@/lib/issuers/failure";
import { dropAnswers } from "@/lib/orders/challenges";
import { isOrder, type OrderClaim, underClaim } from "@/lib/orders/claim";
import { keepIssued, readIssued } from "@/lib/orders/keep";
import { proveNames, whyInvalid } from "@/lib/orders/prove";
import { stepsWith } from "@/lib/orders/record";
import { lookAgainAt } from "@/lib/orders/rules";
import { openKey } from "@/lib/orders/sealed-keys";
import { readName } from "@/lib/pki/names";
import { readRequest } from "@/lib/pki/requests";

/** What an attempt at a claimed order works with. The signal ends it. */
export type Work = {
  scope: Scope;
  claim: OrderClaim;
  issuerName: string;
  session: AcmeSession;
  clock: () => Date;
  signal: AbortSignal;
};

const POLL_MS = 1_000;
/** Looks at an order in one attempt; a CA that takes longer is looked at again a little later. */
const LOOKS = 20;

/**
 * Takes an order as far as it goes now, from wherever the CA says that it is: what was done before a server died is not
 * done again. @throws IssuerError, ClaimLost
 */
export async function advance(work: Work): Promise<void> {
  const { claim, session, clock, signal } = work;
  let order = await findOrPlace(work);
  let isAsked = false;
  for (let looks = 0; looks < LOOKS; looks += 1) {
    if (order.status === "valid") return keep(work, order);
    if (order.status === "invalid") throw new IssuerError("rejected", await whyInvalid(work, order));
    if (order.status === "pending" && !isAsked) {
      if ((await proveNames(work, order)) === "waits") return;
      isAsked = true;
    }
    if (order.status === "ready") order = await finalize(work, order);
    if (order.status === "valid") continue;
    await sleep(looks === 0 ? POLL_MS / 4 : POLL_MS, undefined, { signal });
    order = await readOrder(session, order.url);
  }
  const waiting = { attempts: 0, problem: null, nextAttemptAt: lookAgainAt(clock()) };
  await underClaim(claim, { ...waiting, lets: "go" });
}

async function findOrPlace(work: Work): Promise<AcmeOrder> {
  const { claim, session } = work;
  if (claim.orderUrl === null) return placeAtCa(work);
  try {
    return await readOrder(session, claim.orderUrl);
  } catch (error) {
    // It knows the account, and nothing of the order: it has expired, or the CA lost it.
    if (!(error instanceof AcmeRefusal) || error.status !== 404) throw error;
    return placeAtCa(work);
  }
}

async function placeAtCa({ scope, claim, session, issuerName, clock }: Work): Promise<AcmeOrder> {
  const names = claim.names.flatMap((text) => {
    const name = readName(text);
    return "sentence" in name ? [] : [{ type: name.kind, value: name.value }];
  });
  const replaced = claim.replacesId === null ? null : await readCertificate(scope, claim.replacesId);
  const order = await newOrder(session, { names, replaces: replaced && renewalIdOf(replaced.details) });
  const isAgain = claim.orderUrl !== null;
  const text = isAgain
    ? `${issuerName} did not know the order any more and took it anew.`
    : `${issuerName} took the order.`;
  await underClaim(claim, {
    ...{ state: "queued", orderUrl: order.url, authorizations: null, problem: null },
    ...{ step: { at: clock(), text }, lets: "hold" },
  });
  claim.orderUrl = order.url;
  claim.state = "queued";
  return order;
}

async function finalize({ claim, session, clock }: Work, order: AcmeOrder): Promise<AcmeOrder> {
  const step = { at: clock(), text: "All names are proven. The request for the certificate is handed in." };
  if (claim.state !== "finalizing") await underClaim(claim, { state: "finalizing", step, lets: "hold" });
  claim.state = "finalizing";
  return await finalizeOrder(session, order, csrOf(claim));
}

function csrOf({ csr }: OrderClaim): Buffer {
  const request = readRequest(csr ?? "");
  if ("sentence" in request) throw new Error("an order's request cannot be read any more");
  return request.der;
}

async function keep({ scope, claim, session, issuerName, clock }: Work, order: AcmeOrder): Promise<void> {
  if (order.certificateUrl === null)
    throw new IssuerError("unreachable", "The CA says that the certificate is issued, but not where it is.");
  const pem = await downloadChain(session, order.certificateUrl);
  const { accountId, orderId, issuerId, replacesId, challenge } = claim;
  const key = openKey(claim, { accountId, orderId });
  const fulfilled = { orderId, issuerId, issuerName, replacesId, challenge, csr: csrOf(claim), key };
  const group = readIssued(pem, fulfilled);
  const now = clock();
  await underClaim(claim, { lets: "go" }, async (tx) => {
    const { certificateId } = await keepIssued(tx, scope, { order: fulfilled, group, authorityId: null, now });
    const done = { state: "issued", certificateId, endedAt: now, nextAttemptAt: null, problem: null } as const;
    const steps = stepsWith({ at: now, text: `${issuerName} issued the certificate.` });
    // The key lies with the certificate from now on.
    await tx
      .update(orders)
      .set({ ...done, steps, keyBox: null, keyKeyId: null })
      .where(isOrder(claim));
    await dropAnswers(tx, claim);
  });
}
