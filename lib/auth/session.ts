import "server-only";
import { and, asc, eq, gt, isNull, lt, sql } from "drizzle-orm";
import { decode } from "next-auth/jwt";
import { z } from "zod";
import { database } from "@/drizzle/client";
import { memberships, users } from "@/drizzle/schema/accounts";
import { sessions } from "@/drizzle/schema/sign-in";
import type { Role } from "@/lib/accounts/rules";
import { SESSION_ABSOLUTE_DAYS, SESSION_IDLE_HOURS } from "@/lib/auth/rules";
import { DAY_MS } from "@/lib/certificates/rules";
import { env } from "@/lib/env";

const HOUR_MS = 3_600_000;
/** How stale the noted last use of a session may be, so that reading pages does not write with each click. */
const SEEN_EVERY_MS = 60_000;

/** What the session token says: which session, nothing else. Everything that counts is in the database. */
const sessionClaims = z.object({ sid: z.uuid() });

export type SignedIn = { sessionId: string; userId: string; email: string; accountId: string; role: Role };

/** The person behind a session token at `now`, or null: unknown, ended, too old, signed out everywhere, disabled. */
export async function readSession(token: string | undefined, now: Date): Promise<SignedIn | null> {
  if (token === undefined || token === "") return null;
  const sessionId = await sessionIdOf(token);
  if (sessionId === null) return null;
  const [row] = await database()
    .select({
      sessionId: sessions.id,
      lastSeenAt: sessions.lastSeenAt,
      userId: users.id,
      email: users.email,
      accountId: memberships.accountId,
      role: memberships.role,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .innerJoin(memberships, eq(memberships.userId, users.id))
    .where(
      and(
        eq(sessions.id, sessionId),
        isNull(sessions.endedAt),
        eq(sessions.sessionVersion, users.sessionVersion),
        gt(sessions.lastSeenAt, new Date(now.getTime() - SESSION_IDLE_HOURS * HOUR_MS)),
        gt(sessions.startedAt, new Date(now.getTime() - SESSION_ABSOLUTE_DAYS * DAY_MS)),
        isNull(memberships.disabledAt),
      ),
    )
    .orderBy(asc(memberships.createdAt), asc(memberships.accountId))
    .limit(1);
  if (row === undefined) return null;
  const { lastSeenAt, ...signedIn } = row;
  if (now.getTime() - lastSeenAt.getTime() > SEEN_EVERY_MS) await noteSeen(sessionId, now);
  return signedIn;
}

async function sessionIdOf(token: string): Promise<string | null> {
  try {
    const claims = sessionClaims.safeParse(await decode({ token, secret: env().CERTSWEEP_SECRET }));
    return claims.success ? claims.data.sid : null;
  } catch {
    // A forged, foreign or expired token is nobody's: that is an answer, not a failure.
    return null;
  }
}

async function noteSeen(sessionId: string, now: Date): Promise<void> {
  await database()
    .update(sessions)
    .set({ lastSeenAt: sql`greatest(${sessions.lastSeenAt}, ${now.toISOString()}::timestamptz)` })
    .where(and(eq(sessions.id, sessionId), lt(sessions.lastSeenAt, now)));
}
