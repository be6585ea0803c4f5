import "server-only";
import { and, eq, gt, lte, sql } from "drizzle-orm";
import { database, type Executor } from "@/drizzle/client";
import { acmeChallenges } from "@/drizzle/schema/orders";
import type { OrderKey } from "@/lib/orders/claim";

/** CAs keep pending authorizations for a week or less. */
const KEPT_MS = 7 * 86_400_000;

/** Has every server answer a token with its key authorization from the commit on. */
export async function keepAnswers(
  executor: Executor,
  { accountId, orderId }: OrderKey,
  { answers, now }: { answers: { token: string; keyAuthorization: string }[]; now: Date },
): Promise<void> {
  if (answers.length === 0) return;
  const expiresAt = new Date(now.getTime() + KEPT_MS);
  await executor
    .insert(acmeChallenges)
    .values(answers.map((answer) => ({ ...answer, accountId, orderId, expiresAt })))
    .onConflictDoUpdate({
      target: acmeChallenges.token,
      set: { keyAuthorization: sql`excluded.key_authorization`, expiresAt },
      // A CA that gives two accounts the same token has two answers for one address: the first one stays.
      setWhere: eq(acmeChallenges.orderId, orderId),
    });
}

/** The order has come to an end: nobody asks any more. */
export async function dropAnswers(executor: Executor, { accountId, orderId }: OrderKey): Promise<void> {
  await executor
    .delete(acmeChallenges)
    .where(and(eq(acmeChallenges.accountId, accountId), eq(acmeChallenges.orderId, orderId)));
}

export async function sweepAnswers(now: Date): Promise<void> {
  await database().delete(acmeChallenges).where(lte(acmeChallenges.expiresAt, now));
}

/** What is answered at /.well-known/acme-challenge/{token}, to anybody (RFC 8555 §8.3); null for what nobody ordered. */
export async function findAnswer(token: string, now: Date): Promise<string | null> {
  const [row] = await database()
    .select({ keyAuthorization: acmeChallenges.keyAuthorization })
    .from(acmeChallenges)
    .where(and(eq(acmeChallenges.token, token), gt(acmeChallenges.expiresAt, now)));
  return row?.keyAuthorization ?? null;
}
