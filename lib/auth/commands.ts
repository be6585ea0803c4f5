import "server-only";
import { and, eq, isNull } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { memberships, users } from "@/drizzle/schema/accounts";
import { sessions } from "@/drizzle/schema/sign-in";
import { verifyPassword } from "@/lib/auth/passwords";
import { type Attempt, forgiveAttempt, takeTurn } from "@/lib/auth/throttle";
import { newId } from "@/lib/ids";

export type PasswordCheck =
  | { kind: "right"; userId: string }
  | { kind: "wrong" }
  | { kind: "disabled" }
  | { kind: "wait"; seconds: number };

/**
 * Checks a password in its turn. Unknown people and wrong passwords take the same time and give the same answer; that
 * someone is disabled is told only to who knows the password.
 */
export async function checkPassword(attempt: Attempt & { password: string }, now: Date): Promise<PasswordCheck> {
  const turn = await takeTurn(attempt, now);
  if (turn.kind === "wait") return turn;
  const [user] = await database()
    .select({ id: users.id, passwordHash: users.passwordHash })
    .from(users)
    .where(eq(users.email, attempt.email));
  const right = await verifyPassword(user?.passwordHash ?? null, attempt.password);
  if (user === undefined || !right) return { kind: "wrong" };
  await forgiveAttempt(attempt, now);
  return (await isMember(user.id)) ? { kind: "right", userId: user.id } : { kind: "disabled" };
}

/** Whether a person may enter at least one account. */
export async function isMember(userId: string): Promise<boolean> {
  const [row] = await database()
    .select({ accountId: memberships.accountId })
    .from(memberships)
    .where(and(eq(memberships.userId, userId), isNull(memberships.disabledAt)))
    .limit(1);
  return row !== undefined;
}

/** Begins a session at the person's present session version and answers with its id; null when the person is unknown. */
export async function startSession(userId: string, now: Date): Promise<string | null> {
  const id = newId();
  const [user] = await database()
    .select({ sessionVersion: users.sessionVersion })
    .from(users)
    .where(eq(users.id, userId));
  if (user === undefined) return null;
  await database()
    .insert(sessions)
    .values({ id, userId, ...user, startedAt: now, lastSeenAt: now });
  return id;
}

/** Ends one session: signing out on this device. */
export async function endSession(sessionId: string, now: Date): Promise<void> {
  await database()
    .update(sessions)
    .set({ endedAt: now })
    .where(and(eq(sessions.id, sessionId), isNull(sessions.endedAt)));
}
