import "server-only";
import { and, eq, gt, isNull, type SQL, sql } from "drizzle-orm";
import { database, type Executor } from "@/drizzle/client";
import { accounts, invitations, memberships, users } from "@/drizzle/schema/accounts";
import { INVITATION_HOURS, type Role } from "@/lib/accounts/rules";
import { recordAudit } from "@/lib/audit/commands";
import { hashPassword, passwordProblem, verifyPassword } from "@/lib/auth/passwords";
import { PERMISSIONS, waitSentence } from "@/lib/auth/rules";
import type { PersonScope } from "@/lib/auth/scope";
import { forgiveAttempt, takeTurn } from "@/lib/auth/throttle";
import { hashToken, newToken } from "@/lib/auth/tokens";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";

const HOUR_MS = 3_600_000;

type Open = { accountId: string; invitationId: string; email: string; role: Role; accountName: string };

/** Makes a one-time link for somebody, and revokes earlier ones of theirs. The link is told only here. */
export async function invite(
  scope: PersonScope,
  { email, role, now }: { email: string; role: Role; now: Date },
): Promise<{ link: string; expiresAt: Date }> {
  const { token, tokenHash } = newToken();
  const expiresAt = new Date(now.getTime() + INVITATION_HOURS * HOUR_MS);
  const id = newId();
  await database().transaction(async (transaction) => {
    if (await isMemberByEmail(transaction, scope.accountId, email)) {
      throw new AppError("conflict", `${email} is a member already.`);
    }
    await transaction
      .update(invitations)
      .set({ revokedAt: now })
      .where(and(isOpen(now), eq(invitations.accountId, scope.accountId), eq(invitations.email, email)));
    const by = { accountId: scope.accountId, createdBy: scope.userId };
    await transaction.insert(invitations).values({ ...by, id, email, role, tokenHash, createdAt: now, expiresAt });
    const details = { email, role };
    await recordAudit(transaction, scope, { now, action: "invitation.created", subjectId: id, details });
  });
  return { link: new URL(`/invite/${token}`, env().CERTSWEEP_URL).href, expiresAt };
}

/** Takes an invitation back. @throws AppError when it is used, expired or revoked already */
export async function revokeInvitation(
  scope: PersonScope,
  { invitationId, now }: { invitationId: string; now: Date },
): Promise<void> {
  await database().transaction(async (transaction) => {
    const [revoked] = await transaction
      .update(invitations)
      .set({ revokedAt: now })
      .where(and(isOpen(now), eq(invitations.accountId, scope.accountId), eq(invitations.id, invitationId)))
      .returning({ email: invitations.email });
    if (revoked === undefined)
      throw new AppError("not_found", "This invitation is not open any more. Reload the page.");
    const event = { now, action: "invitation.revoked", subjectId: invitationId, details: revoked } as const;
    await recordAudit(transaction, scope, event);
  });
}

/** What an open invitation says to the one who has its link, or null. `known`: they have a password here already. */
export async function readInvitation(token: string, now: Date): Promise<(Open & { known: boolean }) | null> {
  const [open] = await database()
    .select({
      accountId: invitations.accountId,
      invitationId: invitations.id,
      email: invitations.email,
      role: invitations.role,
      accountName: accounts.name,
      userId: users.id,
    })
    .from(invitations)
    .innerJoin(accounts, eq(accounts.id, invitations.accountId))
    .leftJoin(users, eq(users.email, invitations.email))
    .where(and(isUsable(now), eq(invitations.tokenHash, hashToken(token))));
  if (open === undefined) return null;
  const { userId, ...invitation } = open;
  return { ...invitation, known: userId !== null };
}

/**
 * Joins with the token of an invitation, which works once. Somebody known here proves who they are with their present
 * password, which is checked in its turn like a sign-in.
 * @throws AppError when the link is not good any more or the password may not be used or is wrong
 */
export async function join(
  input: { token: string; password: string; address: string },
  now: Date,
): Promise<{ email: string }> {
  const invitation = await readInvitation(input.token, now);
  if (invitation === null) throw linkIsDead();
  const passwordHash = await passwordHashFor(invitation, input, now);
  await database().transaction(async (transaction) => {
    const used = await transaction
      .update(invitations)
      .set({ usedAt: now })
      .where(and(isUsable(now), eq(invitations.tokenHash, hashToken(input.token))))
      .returning({ id: invitations.id });
    if (used.length === 0) throw linkIsDead();
    const userId = await personOf(transaction, { email: invitation.email, passwordHash, now });
    await addMember(transaction, { ...invitation, userId, now });
  });
  return { email: invitation.email };
}

/** The hash for a new person, or null for one who is known and has proved it. */
async function passwordHashFor(
  { email, known }: { email: string; known: boolean },
  { password, address }: { password: string; address: string },
  now: Date,
): Promise<string | null> {
  if (!known) {
    const problem = passwordProblem(password, email);
    if (problem !== null) throw new AppError("invalid_input", problem);
    return hashPassword(password);
  }
  const turn = await takeTurn({ email, address }, now);
  if (turn.kind === "wait") throw new AppError("too_many", waitSentence(turn.seconds));
  const [user] = await database().select({ hash: users.passwordHash }).from(users).where(eq(users.email, email));
  const right = await verifyPassword(user?.hash ?? null, password);
  if (!right)
    throw new AppError("invalid_input", "You have a password here already, and it is another one. Enter that.");
  await forgiveAttempt({ email, address }, now);
  return null;
}

async function personOf(
  transaction: Executor,
  { email, passwordHash, now }: { email: string; passwordHash: string | null; now: Date },
): Promise<string> {
  if (passwordHash !== null) {
    const made = await transaction
      .insert(users)
      .values({ id: newId(), email, passwordHash, createdAt: now })
      .onConflictDoNothing()
      .returning({ id: users.id });
    if (made[0] !== undefined) return made[0].id;
    throw new AppError("conflict", "Somebody with this e-mail address has just joined. Open the link again.");
  }
  const [user] = await transaction.select({ id: users.id }).from(users).where(eq(users.email, email));
  if (user === undefined) throw linkIsDead();
  return user.id;
}

async function addMember(transaction: Executor, member: Open & { userId: string; now: Date }): Promise<void> {
  const { accountId, userId, role, email, now } = member;
  const added = await transaction
    .insert(memberships)
    .values({ accountId, userId, role, createdAt: now })
    .onConflictDoNothing()
    .returning({ userId: memberships.userId });
  if (added.length === 0) throw new AppError("conflict", "You are a member already. Sign in instead.");
  const by = { accountId, actor: { kind: "user", id: userId, label: email } } as const;
  const details = { email, role, by: "invitation" };
  await recordAudit(transaction, by, { now, action: "member.joined", subjectId: userId, details });
}

async function isMemberByEmail(executor: Executor, accountId: string, email: string): Promise<boolean> {
  const rows = await executor
    .select({ userId: memberships.userId })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(eq(memberships.accountId, accountId), eq(users.email, email)));
  return rows.length > 0;
}

/** What somebody may join with: an open invitation of a person who may still invite. A product admin's leave ends with their role. */
export function isUsable(now: Date): SQL | undefined {
  const inviter = and(
    eq(memberships.accountId, invitations.accountId),
    eq(memberships.userId, invitations.createdBy),
    eq(memberships.role, PERMISSIONS["members:manage"]),
    isNull(memberships.disabledAt),
  );
  return and(isOpen(now), sql`exists (select 1 from ${memberships} where ${inviter})`);
}

function isOpen(now: Date): SQL | undefined {
  return and(isNull(invitations.usedAt), isNull(invitations.revokedAt), gt(invitations.expiresAt, now));
}

function linkIsDead(): AppError {
  return new AppError("not_found", "This invitation is used, revoked or older than 72 hours. Ask for a new one.");
}
