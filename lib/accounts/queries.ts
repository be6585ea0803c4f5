import "server-only";
import { and, asc, desc, eq, isNull, sql } from "drizzle-orm";
import { database, type Executor, type Transaction } from "@/drizzle/client";
import { accounts, invitations, memberships, users } from "@/drizzle/schema/accounts";
import { parseMoment } from "@/drizzle/schema/columns";
import { sessions } from "@/drizzle/schema/sign-in";
import { correlated } from "@/drizzle/values";
import { isUsable } from "@/lib/accounts/invitations";
import type { Role } from "@/lib/accounts/rules";
import type { PersonScope, Scope } from "@/lib/auth/scope";

export type Member = {
  userId: string;
  email: string;
  role: Role;
  disabledAt: Date | null;
  lastSeenAt: Date | null;
  isYou: boolean;
};

export type OpenInvitation = { invitationId: string; email: string; role: Role; createdAt: Date; expiresAt: Date };

export async function accountName(
  { accountId }: Pick<Scope, "accountId">,
  executor: Executor = database(),
): Promise<string> {
  const [row] = await executor.select({ name: accounts.name }).from(accounts).where(eq(accounts.id, accountId));
  return row?.name ?? "";
}

/** Whether somebody is a member who is not disabled, and stays so until the caller's transaction ends. */
export async function holdMembership(
  tx: Transaction,
  { accountId, userId }: Pick<PersonScope, "accountId" | "userId">,
): Promise<boolean> {
  const held = await tx
    .select({ userId: memberships.userId })
    .from(memberships)
    .where(and(eq(memberships.accountId, accountId), eq(memberships.userId, userId), isNull(memberships.disabledAt)))
    .for("share");
  return held.length > 0;
}

/** The role that somebody has in the account now; null for one who is no member or is disabled. */
export async function roleOf(executor: Executor, scope: Scope, userId: string): Promise<Role | null> {
  const [row] = await executor
    .select({ role: memberships.role })
    .from(memberships)
    .where(
      and(eq(memberships.accountId, scope.accountId), eq(memberships.userId, userId), isNull(memberships.disabledAt)),
    );
  return row?.role ?? null;
}

/** A member as an operator names one: by e-mail address, or, without it, the first product admin. Null when there is none. */
export async function findMember(
  email: string | null,
): Promise<{ accountId: string; userId: string; email: string; role: Role } | null> {
  const [row] = await database()
    .select({ accountId: accounts.id, userId: users.id, email: users.email, role: memberships.role })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .innerJoin(accounts, eq(accounts.id, memberships.accountId))
    .where(and(isNull(memberships.disabledAt), email === null ? eq(memberships.role, "admin") : eq(users.email, email)))
    .orderBy(asc(accounts.createdAt), asc(accounts.id), asc(memberships.createdAt), asc(users.id))
    .limit(1);
  return row ?? null;
}

/** Everybody of the account, disabled people too, by e-mail address. */
export async function listMembers(scope: Pick<PersonScope, "accountId" | "userId">): Promise<Member[]> {
  const lastSeenAt = correlated<Date | null>(
    sql`(select max(${sessions.lastSeenAt}) from ${sessions} where ${sessions.userId} = ${users.id})`,
  ).mapWith((value: string | null) => (value === null ? null : parseMoment(value)));
  const rows = await database()
    .select({
      userId: users.id,
      email: users.email,
      role: memberships.role,
      disabledAt: memberships.disabledAt,
      lastSeenAt,
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(eq(memberships.accountId, scope.accountId))
    .orderBy(asc(users.email));
  return rows.map((row) => ({ ...row, isYou: row.userId === scope.userId }));
}

/** Invitations that can still be used at `now`, newest first. Their links cannot be shown again. */
export async function listOpenInvitations(scope: Scope, now: Date): Promise<OpenInvitation[]> {
  return database()
    .select({
      invitationId: invitations.id,
      email: invitations.email,
      role: invitations.role,
      createdAt: invitations.createdAt,
      expiresAt: invitations.expiresAt,
    })
    .from(invitations)
    .where(and(eq(invitations.accountId, scope.accountId), isUsable(now)))
    .orderBy(desc(invitations.createdAt), desc(invitations.id));
}

/** Whom to ask: the product admins of the account who can sign in, by e-mail address. */
export async function listAdminEmails(scope: Scope): Promise<string[]> {
  const rows = await database()
    .select({ email: users.email })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(
      and(eq(memberships.accountId, scope.accountId), eq(memberships.role, "admin"), isNull(memberships.disabledAt)),
    )
    .orderBy(asc(users.email));
  return rows.map((row) => row.email);
}
