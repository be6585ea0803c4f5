import "server-only";
import { and, eq } from "drizzle-orm";
import { database, type Executor, type Transaction } from "@/drizzle/client";
import { certificates } from "@/drizzle/schema/certificates";
import { pendingRevocations } from "@/drizzle/schema/revocation";
import { recordAudit } from "@/lib/audit/commands";
import type { Scope } from "@/lib/auth/scope";
import { statusOf } from "@/lib/certificates/rules";
import { republish } from "@/lib/issuers/authorities";
import { type IssuedBy, readIssuedBy } from "@/lib/issuers/issued-by";
import { addJob } from "@/lib/jobs/queue";
import { carryOutRevocation } from "@/lib/revocation/attempt";
import { claimRevocation, ofWish, type RevocationClaim } from "@/lib/revocation/claim";
import { recordRevocation } from "@/lib/revocation/facts";
import { endOutlived } from "@/lib/revocation/outlived";
import { ASKED_PATIENCE_MS, LEASE_MS, REVOCATION_REFUSALS, revocationRefusal } from "@/lib/revocation/rules";
import type { NewRevocation, RevocationAnswer } from "@/lib/revocation/schema";

/** "unknown": the account has no such certificate. */
export type RevocationOutcome = RevocationAnswer | { kind: "unknown" };

/**
 * Revokes a certificate that was issued here. A private CA's is revoked, with the new list signed, when this returns. For
 * an ACME server the wish is committed first, and kept until the CA has confirmed it; this waits some seconds for that.
 */
export async function requestRevocation(scope: Scope, wish: NewRevocation, now: Date): Promise<RevocationOutcome> {
  const begun = await database().transaction((tx) => begin(tx, scope, wish, now));
  if (begun.kind !== "wished") return begun;
  return await attemptNow(scope, begun, now);
}

/** Has the CA asked again now, also where that does not happen by itself any more. */
export async function retryRevocation(scope: Scope, certificateId: string, now: Date): Promise<RevocationOutcome> {
  const key = { accountId: scope.accountId, certificateId };
  const facts = await readFacts(database(), key);
  if (facts === null) return { kind: "unknown" };
  const { name } = facts;
  if (statusOf(facts, now) === "expired") {
    await endOutlived(scope, certificateId, now);
    return { kind: "refused", name, sentence: REVOCATION_REFUSALS.expired };
  }
  const claim = await claimRevocation(key, { now, isAsked: true });
  if (claim === null) {
    const isPending = (await readWish(database(), key)) !== null;
    if (isPending) return { kind: "pending", name, sentence: "Its CA is being asked right now." };
    if (facts.revokedAt !== null) return { kind: "revoked", name };
    return { kind: "refused", name, sentence: "Nobody has asked for it to be revoked." };
  }
  await recordAudit(database(), scope, { now, action: "revocation.retried", subjectId: certificateId, details: {} });
  return await attemptNow(scope, { name, claim }, now);
}

type Begun = { name: string; claim: RevocationClaim };

/** Its patience is that of somebody who waits; what the CA has not answered by then, the job asks again at once. */
async function attemptNow(scope: Scope, { name, claim }: Begun, now: Date): Promise<RevocationOutcome> {
  const never = new AbortController().signal;
  const options = { clock: () => now, signal: never, patienceMs: ASKED_PATIENCE_MS };
  const attempted = await carryOutRevocation(scope, claim, options);
  switch (attempted.kind) {
    case "revoked":
      return { kind: "revoked", name };
    case "failed":
      return { kind: "pending", name, sentence: attempted.sentence };
    case "stopped":
      return { kind: "pending", name, sentence: "The server stops; it is asked again by another one." };
  }
}

async function begin(
  tx: Transaction,
  scope: Scope,
  { certificateId, reason }: NewRevocation,
  now: Date,
): Promise<RevocationOutcome | ({ kind: "wished" } & Begun)> {
  const key = { accountId: scope.accountId, certificateId };
  // Held until the end, so that a deletion that goes on at the same time comes before this or after it.
  const facts = await readFacts(tx, key, "held");
  if (facts === null) return { kind: "unknown" };
  const { name, source } = facts;
  const issuedBy = await readIssuedBy(scope, certificateId, tx);
  const refusal = revocationRefusal({ status: statusOf(facts, now), source, hasIssuer: issuedBy !== null });
  if (refusal !== null || issuedBy === null) return { kind: "refused", name, sentence: refusal ?? "" };
  const wish = await readWish(tx, key);
  if (wish !== null) return { kind: "pending", name, sentence: wish.error ?? "Its CA is being asked right now." };
  if (issuedBy.authorityId !== null) {
    const { authorityId } = issuedBy;
    await recordRevocation(tx, scope, { certificateId, reason, revokedAt: now, origin: "here", authorityId }, now);
    await republish(tx, scope, authorityId, now);
    return { kind: "revoked", name };
  }
  const claim = await keepWish(tx, scope, { certificateId, reason, issuedBy }, now);
  return { kind: "wished", name, claim };
}

async function readFacts(executor: Executor, { accountId, certificateId }: Key, hold: "held" | "free" = "free") {
  const query = executor
    .select({
      name: certificates.name,
      source: certificates.source,
      notBefore: certificates.notBefore,
      notAfter: certificates.notAfter,
      revokedAt: certificates.revokedAt,
    })
    .from(certificates)
    .where(and(eq(certificates.accountId, accountId), eq(certificates.id, certificateId)));
  const [row] = await (hold === "held" ? query.for("update") : query);
  return row ?? null;
}

type Key = { accountId: string; certificateId: string };

async function readWish(executor: Executor, key: Key) {
  const [row] = await executor.select({ error: pendingRevocations.error }).from(pendingRevocations).where(ofWish(key));
  return row ?? null;
}

type Wish = NewRevocation & { issuedBy: IssuedBy };

/** Claimed from the beginning by whoever asks; the job that is there with it goes on if this server dies meanwhile. */
async function keepWish(
  tx: Transaction,
  scope: Scope,
  { certificateId, reason, issuedBy }: Wish,
  now: Date,
): Promise<RevocationClaim> {
  const { accountId, actor } = scope;
  const { issuerId, name: issuer } = issuedBy;
  const leaseUntil = new Date(now.getTime() + LEASE_MS);
  await tx.insert(pendingRevocations).values({
    ...{ accountId, certificateId, issuerId, reason },
    ...{ askedAt: now, askedById: actor.id, askedByLabel: actor.label },
    ...{ attempts: 1, nextAttemptAt: now, claimNumber: 1, leaseUntil },
  });
  const details = { issuer, reason };
  await recordAudit(tx, scope, { now, action: "revocation.requested", subjectId: certificateId, details });
  await addJob(tx, { task: "revocations_tick", payload: {}, key: "revocations_tick", attempts: 1 });
  return { accountId, certificateId, number: 1, issuerId, reason, attempts: 1 };
}
