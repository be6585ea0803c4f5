import "server-only";
import { and, desc, eq, gt, isNull, or } from "drizzle-orm";
import { database, type Executor } from "@/drizzle/client";
import { apiTokens } from "@/drizzle/schema/api-tokens";
import { listMembers, roleOf } from "@/lib/accounts/queries";
import type { Role } from "@/lib/accounts/rules";
import { lesserRole, roleMay } from "@/lib/auth/rules";
import type { PersonScope, Scope } from "@/lib/auth/scope";
import { hashToken } from "@/lib/auth/tokens";
import { DAY_MS } from "@/lib/certificates/rules";
import { ENDED_TOKEN_DAYS, tokenStateOf } from "@/lib/tokens/rules";
import type { TokenView } from "@/lib/tokens/schema";
import { isTokenText } from "@/lib/tokens/token-text";

/** One's own tokens, for product admins everybody's: the active ones first, then those that ended not long ago, newest first. */
export async function listTokens(
  scope: Pick<PersonScope, "accountId" | "userId" | "role">,
  now: Date,
): Promise<TokenView[]> {
  const since = new Date(now.getTime() - ENDED_TOKEN_DAYS * DAY_MS);
  const owned = roleMay(scope.role, "tokens:manage") ? undefined : eq(apiTokens.userId, scope.userId);
  const rows = await database()
    .select()
    .from(apiTokens)
    .where(
      and(
        eq(apiTokens.accountId, scope.accountId),
        owned,
        gt(apiTokens.expiresAt, since),
        or(isNull(apiTokens.revokedAt), gt(apiTokens.revokedAt, since)),
      ),
    )
    .orderBy(desc(apiTokens.id));
  const members = new Map((await listMembers(scope)).map((member) => [member.userId, member]));
  const views = rows.flatMap((row) => {
    const owner = members.get(row.userId);
    return owner === undefined ? [] : [viewOf(row, { owner, now })];
  });
  return views.sort((one, other) => Number(other.state === "active") - Number(one.state === "active"));
}

/** For operators: a token by its id or, such as one that was found where it should not be, by its own text. */
export async function findToken(known: string): Promise<{ accountId: string; id: string; name: string } | null> {
  const [row] = await database()
    .select({ accountId: apiTokens.accountId, id: apiTokens.id, name: apiTokens.name })
    .from(apiTokens)
    .where(isTokenText(known) ? eq(apiTokens.tokenHash, hashToken(known)) : eq(apiTokens.id, known));
  return row ?? null;
}

type Owner = { email: string; role: Role; isYou: boolean };

function viewOf(row: typeof apiTokens.$inferSelect, { owner, now }: { owner: Owner; now: Date }): TokenView {
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    role: row.role,
    presentRole: lesserRole(row.role, owner.role),
    ownerEmail: owner.email,
    isYours: owner.isYou,
    state: tokenStateOf(row, now),
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    ranges: row.allowedRanges,
    lastUsedAt: row.lastUsedAt,
    lastUsedFrom: row.lastUsedFrom,
    revokedAt: row.revokedAt,
    revokedByLabel: row.revokedByLabel,
  };
}

/** The role that a token acts with at `now`, never above its maker's; null for one that may not act any more. */
export async function roleOfToken(
  executor: Executor,
  scope: Scope,
  { tokenId, now }: { tokenId: string; now: Date },
): Promise<Role | null> {
  const [token] = await executor
    .select({ role: apiTokens.role, userId: apiTokens.userId })
    .from(apiTokens)
    .where(
      and(
        eq(apiTokens.accountId, scope.accountId),
        eq(apiTokens.id, tokenId),
        isNull(apiTokens.revokedAt),
        gt(apiTokens.expiresAt, now),
      ),
    );
  if (token === undefined) return null;
  const role = await roleOf(executor, scope, token.userId);
  return role === null ? null : lesserRole(token.role, role);
}
