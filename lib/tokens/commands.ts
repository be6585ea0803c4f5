import "server-only";
import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { database, type Executor } from "@/drizzle/client";
import { apiTokens } from "@/drizzle/schema/api-tokens";
import { holdMembership } from "@/lib/accounts/queries";
import { recordAudit } from "@/lib/audit/commands";
import { lesserRole, roleMay } from "@/lib/auth/rules";
import type { PersonScope, Scope } from "@/lib/auth/scope";
import { hashToken } from "@/lib/auth/tokens";
import { DAY_MS } from "@/lib/certificates/rules";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { TOKENS_MAX } from "@/lib/tokens/rules";
import type { TokenInput } from "@/lib/tokens/schema";
import { hintOf, newTokenText } from "@/lib/tokens/token-text";

/** Whose token it will be; `actor` is who makes it. */
type Owner = Pick<PersonScope, "accountId" | "userId" | "role"> & Pick<Scope, "actor">;

/**
 * Makes a token and answers with it, which is told only here. That its owner may less by now than this scope says does no
 * harm: the gate asks with every request.
 * @throws AppError when the role is above the owner's, they have too many tokens or were disabled meanwhile
 */
export async function createToken(
  owner: Owner,
  { now, ...input }: TokenInput & { now: Date },
): Promise<{ tokenId: string; token: string; expiresAt: Date }> {
  const { name, role, days, ranges } = input;
  if (lesserRole(role, owner.role) !== role)
    throw new AppError("forbidden", "A token cannot have a higher role than its owner. Choose a lower one.");
  const token = newTokenText();
  const tokenId = newId();
  const expiresAt = new Date(now.getTime() + days * DAY_MS);
  await database().transaction(async (tx) => {
    // Whoever disables the owner at the same moment either waits, and ends this token too, or was first.
    if (!(await holdMembership(tx, owner)))
      throw new AppError("forbidden", "The owner of the token is not a member any more.");
    await refuseTooMany(tx, owner, now);
    await tx.insert(apiTokens).values({
      ...{ accountId: owner.accountId, id: tokenId, name, role, userId: owner.userId },
      ...{ tokenHash: hashToken(token), hint: hintOf(token), createdAt: now, expiresAt },
      // Without the bits behind the prefix, so that what is shown is what counts.
      allowedRanges: sql`array(select network(range::inet) from unnest(${sql.param(ranges)}::text[]) as range)`,
    });
    const details = { name, role, expiresAt: expiresAt.toISOString(), ranges: ranges.join(", ") };
    await recordAudit(tx, owner, { now, action: "token.created", subjectId: tokenId, details });
  });
  return { tokenId, token, expiresAt };
}

async function refuseTooMany(tx: Executor, { accountId, userId }: Owner, now: Date): Promise<void> {
  // Whoever makes one at the same moment waits, and counts this one too.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`tokens:${accountId}:${userId}`}, 0))`);
  const rows = await tx
    .select({ id: apiTokens.id })
    .from(apiTokens)
    .where(and(ofOwner(accountId, userId), isNull(apiTokens.revokedAt), gt(apiTokens.expiresAt, now)))
    .limit(TOKENS_MAX);
  if (rows.length < TOKENS_MAX) return;
  throw new AppError("conflict", `There are ${TOKENS_MAX} tokens already. Revoke one first.`);
}

/**
 * Ends a token at once, one's own or, for product admins, anybody's. Doing so again changes nothing.
 * @throws AppError when there is none that they may revoke
 */
export async function revokeToken(
  scope: Pick<PersonScope, "accountId" | "userId" | "role"> & Pick<Scope, "actor">,
  { tokenId, now }: { tokenId: string; now: Date },
): Promise<void> {
  const owned = roleMay(scope.role, "tokens:manage") ? undefined : eq(apiTokens.userId, scope.userId);
  const known = and(eq(apiTokens.accountId, scope.accountId), eq(apiTokens.id, tokenId), owned);
  await database().transaction(async (tx) => {
    const revoked = await tx
      .update(apiTokens)
      .set({ revokedAt: now, revokedByLabel: scope.actor.label })
      .where(and(known, isNull(apiTokens.revokedAt)))
      .returning({ name: apiTokens.name });
    for (const details of revoked)
      await recordAudit(tx, scope, { now, action: "token.revoked", subjectId: tokenId, details });
    if (revoked.length === 0 && (await tx.$count(apiTokens, known)) === 0)
      throw new AppError("not_found", "There is no such token. Reload the page.");
  });
}

/** Ends every token of somebody who is kept out, so that none of them comes back when they are let in again. */
export async function revokeTokensOf(
  executor: Executor,
  scope: Pick<Scope, "accountId" | "actor">,
  { userId, now }: { userId: string; now: Date },
): Promise<void> {
  const revoked = await executor
    .update(apiTokens)
    .set({ revokedAt: now, revokedByLabel: scope.actor.label })
    .where(and(ofOwner(scope.accountId, userId), isNull(apiTokens.revokedAt)))
    .returning({ id: apiTokens.id, name: apiTokens.name });
  for (const { id, name } of revoked) {
    const details = { name, because: "member disabled" };
    await recordAudit(executor, scope, { now, action: "token.revoked", subjectId: id, details });
  }
}

function ofOwner(accountId: string, userId: string) {
  return and(eq(apiTokens.accountId, accountId), eq(apiTokens.userId, userId));
}
