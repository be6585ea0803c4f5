import "server-only";
import { createPrivateKey } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { database, type Executor, type Transaction } from "@/drizzle/client";
import { constraintOf } from "@/drizzle/failures";
import { issuances, orders } from "@/drizzle/schema/orders";
import { recordAudit } from "@/lib/audit/commands";
import type { Scope } from "@/lib/auth/scope";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { issueByAuthority } from "@/lib/issuers/authorities";
import type { Challenge, KeyAlgorithm } from "@/lib/issuers/rules";
import { holdTerms, type IssuerTerms } from "@/lib/issuers/terms";
import { addJob } from "@/lib/jobs/queue";
import { keepIssued, readIssued } from "@/lib/orders/keep";
import { makeOrReadRequest, type Request } from "@/lib/orders/request";
import { challengeProblem } from "@/lib/orders/rules";
import { openedKey, sealKey } from "@/lib/orders/sealed-keys";

export type OrderWish = {
  issuerId: string;
  /** May be empty with a CSR. */
  names: readonly string[];
  /** Null with a CSR; else null means EC P-256. */
  keyAlgorithm: KeyAlgorithm | null;
  /** PEM; null has a key made here. */
  csr: string | null;
  /** Null: as long as a private CA allows, or as an ACME server decides. */
  days: number | null;
  /** Null: the issuer's own choice; a private CA wants none. */
  challenge: Challenge | null;
};

/** Of the wish, or of the certificate that is to be renewed. */
export type RefusedField = keyof OrderWish | "certificateId";
export type Placed =
  | { kind: "placed"; orderId: string; certificateId: string | null }
  | { kind: "refused"; field: RefusedField; sentence: string };

type Purpose = { replacesId: string | null; now: Date };

/** Places an order. A private CA's is fulfilled in the same transaction; the job for an ACME server's is there with it. */
export async function place(scope: Scope, wish: OrderWish, { replacesId, now }: Purpose): Promise<Placed> {
  // A key may take seconds to make, so no transaction is open meanwhile.
  const request = await makeOrReadRequest(wish);
  if ("kind" in request) return request;
  try {
    return await database().transaction(async (tx) => {
      const terms = await holdTerms(tx, scope, wish.issuerId);
      const refused = refusalOf(terms, wish, request);
      if (terms === null || refused !== null) return refused ?? UNKNOWN_ISSUER;
      const taken = replacesId === null ? null : await renewedBefore(tx, scope, replacesId);
      if (taken !== null) return taken;
      return await insert(tx, scope, { wish, request, terms, replacesId, now });
    });
  } catch (error) {
    if (constraintOf(error) === "orders_replaces_key") return refuse("certificateId", "It is being renewed already.");
    // What an authority may not sign, and one that signs nothing any more.
    if (error instanceof AppError && error.code === "invalid_input") return refuse("names", error.message);
    if (error instanceof AppError && error.code === "conflict") return refuse("issuerId", error.message);
    throw error;
  }
}

const UNKNOWN_ISSUER = refuse("issuerId", "There is no such issuer. Reload the page.");

function refuse(field: RefusedField, sentence: string) {
  return { kind: "refused" as const, field, sentence };
}

function refusalOf(terms: IssuerTerms | null, wish: OrderWish, { names }: Request) {
  if (terms === null) return UNKNOWN_ISSUER;
  if (terms.isRetired) return refuse("issuerId", `${terms.name} is retired: it issues nothing any more.`);
  if (terms.kind === "acme") {
    if (wish.days !== null)
      return refuse("days", `${terms.name} decides by itself how long its certificates are valid.`);
    const problem = challengeProblem(names, wish.challenge ?? terms.challenge);
    return problem === null ? null : refuse("challenge", problem);
  }
  if (wish.challenge !== null) return refuse("challenge", `${terms.name} is a private CA and asks for no challenge.`);
  if (wish.days !== null && (!Number.isInteger(wish.days) || wish.days < 1 || wish.days > terms.maxDays))
    return refuse("days", `${terms.name} issues for 1 to ${terms.maxDays} days.`);
  return null;
}

/** Two servers may renew the same certificate at the same moment: the second one waits here and finds it done. */
async function renewedBefore(tx: Transaction, scope: Scope, certificateId: string) {
  const [row] = await tx
    .select({ renewedById: issuances.renewedById })
    .from(issuances)
    .where(and(eq(issuances.accountId, scope.accountId), eq(issuances.certificateId, certificateId)))
    .for("update");
  if (row !== undefined && row.renewedById === null) return null;
  const sentence = row === undefined ? "It was not issued here." : "It was renewed already.";
  return refuse("certificateId", sentence);
}

type Insertion = Purpose & { wish: OrderWish; request: Request; terms: IssuerTerms };

async function insert(tx: Transaction, scope: Scope, insertion: Insertion): Promise<Placed> {
  const { wish, request, terms, replacesId, now } = insertion;
  const { accountId, actor } = scope;
  const orderId = newId();
  const names = request.names.map(({ value }) => value);
  const common = {
    ...{ accountId, id: orderId, issuerId: wish.issuerId, replacesId, names, commonName: request.commonName },
    kind: replacesId === null ? "issue" : "renew",
    ...{ keyAlgorithm: request.keyAlgorithm, csr: request.csr },
    ...{ requestedAt: now, requestedById: actor.id, requestedByLabel: actor.label, days: wish.days },
  } as const;
  const placed = { at: now.toISOString(), text: `Ordered from ${terms.name}.` };
  const details = { issuer: terms.name, names: names.slice(0, 5).join(", "), kind: common.kind };
  await recordAudit(tx, scope, { now, action: "order.placed", subjectId: orderId, details });
  const { privateKeyPem } = request;
  if (terms.kind === "acme") {
    const sealed = privateKeyPem === null ? {} : sealKey(privateKeyPem, { accountId, orderId });
    const challenge = wish.challenge ?? terms.challenge;
    await tx
      .insert(orders)
      .values({ ...common, ...sealed, challenge, state: "queued", steps: [placed], nextAttemptAt: now });
    await addOrdersJob(tx);
    return { kind: "placed", orderId, certificateId: null };
  }
  await tx.insert(orders).values({ ...common, state: "finalizing", steps: [placed] });
  const { certificateId } = await issueAtOnce(tx, scope, { ...insertion, orderId, maxDays: terms.maxDays });
  const issued = { at: now.toISOString(), text: `${terms.name} issued the certificate.` };
  await tx
    .update(orders)
    .set({ state: "issued", steps: [placed, issued], endedAt: now, certificateId })
    .where(and(eq(orders.accountId, accountId), eq(orders.id, orderId)));
  return { kind: "placed", orderId, certificateId };
}

type AtOnce = Insertion & { orderId: string; maxDays: number };

async function issueAtOnce(tx: Transaction, scope: Scope, order: AtOnce): Promise<{ certificateId: string }> {
  const { wish, request, terms, orderId, replacesId, maxDays, now } = order;
  const { issuerId } = wish;
  const names = request.names.map(({ value }) => value);
  const days = wish.days ?? maxDays;
  const signed = await issueByAuthority(tx, scope, { issuerId, csr: request.der, names, days }, now);
  const key = request.privateKeyPem === null ? null : openedKey(createPrivateKey(request.privateKeyPem));
  const fulfilled = {
    ...{ orderId, issuerId, issuerName: terms.name, replacesId, challenge: null, csr: request.der, key },
  };
  const group = readIssued([signed.certificatePem, ...signed.chainPems].join("\n"), fulfilled);
  return await keepIssued(tx, scope, { order: fulfilled, group, authorityId: signed.authorityId, now });
}

/** Has the orders that are due worked at soon. Without it they wait for the next minute. */
export async function addOrdersJob(executor: Executor): Promise<void> {
  await addJob(executor, { task: "orders_tick", payload: {}, key: "orders_tick", attempts: 1 });
}
