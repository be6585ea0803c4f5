import "server-only";
import { and, eq, inArray, lt, or, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { idempotencyKeys } from "@/drizzle/schema/idempotency-keys";
import type { TokenScope } from "@/lib/auth/scope";
import { CLAIM_LIMIT_SECONDS, type Claim, IDEMPOTENCY_HOURS, type KeptReply } from "@/lib/idempotency/rules";
import { newId } from "@/lib/ids";

type Keyed = { key: string; requestHash: string; now: Date };

/** Old rows that one request takes away. */
const SWEPT_AT_ONCE = 100;

/**
 * Claims a key of the scope's token for a request, or says what became of the request that has it. Of several at once,
 * also through several servers, one has the key.
 */
export async function claimKey(scope: TokenScope, { key, requestHash, now }: Keyed): Promise<Claim> {
  await sweep(now);
  const claimId = newId();
  const claimed = { requestHash, claimId, claimedAt: now, status: null, body: null, location: null };
  const [mine] = await database()
    .insert(idempotencyKeys)
    .values({ accountId: scope.accountId, tokenId: scope.tokenId, key, ...claimed })
    .onConflictDoUpdate({
      target: [idempotencyKeys.accountId, idempotencyKeys.tokenId, idempotencyKeys.key],
      set: claimed,
      setWhere: sql`${or(isOver(now), and(isAbandoned(now), eq(idempotencyKeys.requestHash, requestHash)))}`,
    })
    .returning({ claimId: idempotencyKeys.claimId });
  if (mine !== undefined) return { kind: "mine", claimId };
  const [kept] = await database()
    .select({
      requestHash: idempotencyKeys.requestHash,
      status: idempotencyKeys.status,
      body: idempotencyKeys.body,
      location: idempotencyKeys.location,
    })
    .from(idempotencyKeys)
    .where(ofKey(scope, key));
  // Without a row the request that had the key has given it back at this moment.
  if (kept === undefined) return { kind: "going_on" };
  const { status, body, location } = kept;
  if (kept.requestHash !== requestHash) return { kind: "other" };
  return status === null || body === null
    ? { kind: "going_on" }
    : { kind: "answered", reply: { status, body, location } };
}

/** Keeps the answer. Changes nothing when the claim was lost to a later request. */
export async function keepReply(
  scope: TokenScope,
  { key, claimId }: { key: string; claimId: string },
  reply: KeptReply,
): Promise<void> {
  await database()
    .update(idempotencyKeys)
    .set(reply)
    .where(ofClaim(scope, key, claimId));
}

/** Gives a key back, so that the same request can be tried again. */
export async function releaseKey(scope: TokenScope, { key, claimId }: { key: string; claimId: string }): Promise<void> {
  await database()
    .delete(idempotencyKeys)
    .where(ofClaim(scope, key, claimId));
}

function ofKey(scope: TokenScope, key: string) {
  return and(
    eq(idempotencyKeys.accountId, scope.accountId),
    eq(idempotencyKeys.tokenId, scope.tokenId),
    eq(idempotencyKeys.key, key),
  );
}

function ofClaim(scope: TokenScope, key: string, claimId: string) {
  return and(ofKey(scope, key), eq(idempotencyKeys.claimId, claimId));
}

function isOver(now: Date) {
  return lt(idempotencyKeys.claimedAt, new Date(now.getTime() - IDEMPOTENCY_HOURS * 3_600_000));
}

function isAbandoned(now: Date) {
  const isUnanswered = sql`${idempotencyKeys.status} is null`;
  return and(isUnanswered, lt(idempotencyKeys.claimedAt, new Date(now.getTime() - CLAIM_LIMIT_SECONDS * 1_000)));
}

/** Takes some of what is too old away, of all accounts; rows that others are busy with wait for the next request. */
async function sweep(now: Date): Promise<void> {
  const old = database()
    .select({ claimId: idempotencyKeys.claimId })
    .from(idempotencyKeys)
    .where(isOver(now))
    .limit(SWEPT_AT_ONCE)
    .for("update", { skipLocked: true });
  await database().delete(idempotencyKeys).where(inArray(idempotencyKeys.claimId, old));
}
