import "server-only";
import { and, asc, eq } from "drizzle-orm";
import { z } from "zod";
import { database, type Executor } from "@/drizzle/client";
import { accounts, identities, memberships, users } from "@/drizzle/schema/accounts";
import { recordAudit } from "@/lib/audit/commands";
import { isMember } from "@/lib/auth/commands";
import type { SignInFailure } from "@/lib/auth/rules";
import { env } from "@/lib/env";
import { newId } from "@/lib/ids";

/** What an OpenID provider says of a person. Some write email_verified as text. */
export const identityClaims = z.object({
  sub: z.string().min(1),
  email: z.string().exactOptional(),
  email_verified: z.union([z.boolean(), z.string()]).exactOptional(),
});
export type IdentityClaims = z.infer<typeof identityClaims>;

export type Recognition = { kind: "known"; userId: string } | { kind: "refused"; why: SignInFailure };

/**
 * Finds the person behind an identity. Someone who comes for the first time is recognised by a verified e-mail address,
 * and an unknown one joins as viewer when the settings say so; from then on issuer and subject decide.
 */
export async function recognise(issuer: string, claims: IdentityClaims, now: Date): Promise<Recognition> {
  const userId = await database().transaction((transaction) => findOrJoin(transaction, { issuer, claims, now }));
  if (typeof userId !== "string") return userId;
  return (await isMember(userId)) ? { kind: "known", userId } : { kind: "refused", why: "disabled" };
}

/** The person of an identity that was recognised before, or null. */
export async function userOfIdentity(issuer: string, subject: string): Promise<string | null> {
  return linkedUser(database(), issuer, subject);
}

async function linkedUser(executor: Executor, issuer: string, subject: string): Promise<string | null> {
  const [row] = await executor
    .select({ userId: identities.userId })
    .from(identities)
    .where(and(eq(identities.issuer, issuer), eq(identities.subject, subject)));
  return row?.userId ?? null;
}

type Arrival = { issuer: string; claims: IdentityClaims; now: Date };

async function findOrJoin(executor: Executor, { issuer, claims, now }: Arrival) {
  const linked = await linkedUser(executor, issuer, claims.sub);
  if (linked !== null) return linked;
  const email = claims.email?.trim().toLowerCase() ?? "";
  if (email === "" || (claims.email_verified !== true && claims.email_verified !== "true"))
    return refuse("sso_unverified");
  const userId = (await userOfEmail(executor, email)) ?? (await join(executor, email, now));
  if (typeof userId !== "string") return userId;
  await executor
    .insert(identities)
    .values({ issuer, subject: claims.sub, userId, createdAt: now })
    .onConflictDoNothing();
  return userId;
}

async function userOfEmail(executor: Executor, email: string): Promise<string | null> {
  const [row] = await executor.select({ id: users.id }).from(users).where(eq(users.email, email));
  return row?.id ?? null;
}

async function join(executor: Executor, email: string, now: Date) {
  const [account] = await executor
    .select({ id: accounts.id })
    .from(accounts)
    .orderBy(asc(accounts.createdAt), asc(accounts.id))
    .limit(1);
  if (account === undefined) return refuse("sso_not_set_up");
  const role = env().CERTSWEEP_OIDC_DEFAULT_ROLE;
  if (role === undefined) return refuse("sso_unknown");
  const inserted = await executor
    .insert(users)
    .values({ id: newId(), email, passwordHash: null, createdAt: now })
    .onConflictDoNothing()
    .returning({ id: users.id });
  const userId = inserted[0]?.id;
  // Someone made the same person at this moment: they are known now, with what role they were given.
  if (userId === undefined) return (await userOfEmail(executor, email)) ?? refuse("sso_failed");
  await executor.insert(memberships).values({ accountId: account.id, userId, role, createdAt: now });
  const actor = { kind: "user", id: userId, label: email } as const;
  const details = { email, role, by: "single sign-on" };
  await recordAudit(
    executor,
    { accountId: account.id, actor },
    { now, action: "member.joined", subjectId: userId, details },
  );
  return userId;
}

function refuse(why: SignInFailure): Recognition {
  return { kind: "refused", why };
}
