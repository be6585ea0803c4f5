import "server-only";
import { and, eq, sql } from "drizzle-orm";
import { database, type Executor } from "@/drizzle/client";
import { constraintOf } from "@/drizzle/failures";
import { memberships, users } from "@/drizzle/schema/accounts";
import { LAST_ADMIN_SENTENCE, type Role } from "@/lib/accounts/rules";
import { recordAudit } from "@/lib/audit/commands";
import type { AuditAction, AuditDetails } from "@/lib/audit/rules";
import type { PersonScope } from "@/lib/auth/scope";
import { AppError } from "@/lib/errors";
import { revokeTokensOf } from "@/lib/tokens/commands";

type Change = { userId: string; now: Date };
type Held = { email: string; role: Role; disabledAt: Date | null };

/** Gives a member another role; it counts from their next request on. Nothing happens when they have it already. */
export async function changeRole(scope: PersonScope, change: Change & { role: Role }): Promise<void> {
  await changeMember(scope, change, async (transaction, held) => {
    if (held.role === change.role) return null;
    await transaction.update(memberships).set({ role: change.role }).where(isMember(scope, change.userId));
    return { action: "member.role_changed", details: { from: held.role, to: change.role } };
  });
}

/**
 * Keeps a member out, from their next request on. This is how somebody is removed: what they did stays with their name.
 * Their sessions and API tokens end for good, so that none of them comes back when they are enabled again.
 */
export async function disableMember(scope: PersonScope, change: Change): Promise<void> {
  if (change.userId === scope.userId) {
    throw new AppError("conflict", "You cannot disable yourself. Another product admin can.");
  }
  await changeMember(scope, change, async (transaction, held) => {
    if (held.disabledAt !== null) return null;
    await transaction.update(memberships).set({ disabledAt: change.now }).where(isMember(scope, change.userId));
    await endSessions(transaction, change.userId);
    await revokeTokensOf(transaction, scope, change);
    return { action: "member.disabled", details: {} };
  });
}

/** Lets a disabled member in again, with the role they had. */
export async function enableMember(scope: PersonScope, change: Change): Promise<void> {
  await changeMember(scope, change, async (transaction, held) => {
    if (held.disabledAt === null) return null;
    await transaction.update(memberships).set({ disabledAt: null }).where(isMember(scope, change.userId));
    return { action: "member.enabled", details: {} };
  });
}

/** Ends every session of a member, on every device, one's own included. */
export async function signOutEverywhere(scope: PersonScope, change: Change): Promise<void> {
  await changeMember(scope, change, async (transaction) => {
    await endSessions(transaction, change.userId);
    return { action: "member.signed_out", details: {} };
  });
}

type Changed = { action: AuditAction; details: AuditDetails } | null;

async function changeMember(
  scope: PersonScope,
  { userId, now }: Change,
  make: (transaction: Executor, held: Held) => Promise<Changed>,
): Promise<void> {
  try {
    await database().transaction(async (transaction) => {
      const held = await holdMember(transaction, scope, userId);
      const changed = await make(transaction, held);
      if (changed === null) return;
      // After the change: the trigger that keeps an admin may hold the account's row, which this refers to.
      const details = { email: held.email, ...changed.details };
      await recordAudit(transaction, scope, { now, action: changed.action, subjectId: userId, details });
    });
  } catch (error) {
    if (constraintOf(error) !== "memberships_keep_an_admin") throw error;
    throw new AppError("conflict", LAST_ADMIN_SENTENCE, { cause: error });
  }
}

async function holdMember(transaction: Executor, scope: PersonScope, userId: string): Promise<Held> {
  const [held] = await transaction
    .select({ email: users.email, role: memberships.role, disabledAt: memberships.disabledAt })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(isMember(scope, userId))
    .for("update", { of: memberships });
  if (held === undefined) throw new AppError("not_found", "This member does not exist. Reload the page.");
  return held;
}

function isMember(scope: PersonScope, userId: string) {
  return and(eq(memberships.accountId, scope.accountId), eq(memberships.userId, userId));
}

async function endSessions(transaction: Executor, userId: string): Promise<void> {
  await transaction
    .update(users)
    .set({ sessionVersion: sql`${users.sessionVersion} + 1` })
    .where(eq(users.id, userId));
}
