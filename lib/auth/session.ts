import "server-only";
import { and, eq, lt, sql } from "drizzle-orm";
import { decode } from "next-auth/jwt";
import { z } from "zod";
import { database, preparedStatement } from "@/drizzle/client";
import { memberships, users } from "@/drizzle/schema/accounts";
import { sessions } from "@/drizzle/schema/sign-in";
import { ROLES, type Role } from "@/lib/accounts/rules";
import { SESSION_ABSOLUTE_DAYS, SESSION_IDLE_HOURS } from "@/lib/auth/rules";
import { DAY_MS } from "@/lib/certificates/rules";
import { env } from "@/lib/env";

const HOUR_MS = 3_600_000;
/** How stale the noted last use of a session may be, so that reading pages does not write with each click. */
const SEEN_EVERY_MS = 60_000;

/** What the session token says: which session, nothing else. Everything that counts is in the database. */
const sessionClaims = z.object({ sid: z.uuid() });

export type SignedIn = { sessionId: string; userId: string; email: string; accountId: string; role: Role };

const rowsOf = z.array(
  z.object({
    userId: z.string(),
    email: z.string(),
    accountId: z.string(),
    role: z.enum(ROLES),
    isToNote: z.boolean(),
  }),
);

const moment = (name: string) => sql`${sql.placeholder(name)}::timestamptz`;

/** Asked with every request, so planned once a session of the database. */
const statement = preparedStatement(
  "read_session",
  sql`
  select ${users.id} as "userId", ${users.email} as email, ${memberships.accountId} as "accountId", ${memberships.role} as role,
    ${sessions.lastSeenAt} < ${moment("notedBefore")} as "isToNote"
  from ${sessions}
  join ${users} on ${users.id} = ${sessions.userId}
  join ${memberships} on ${memberships.userId} = ${users.id}
  where ${sessions.id} = ${sql.placeholder("sessionId")}::uuid and ${sessions.endedAt} is null
    and ${sessions.sessionVersion} = ${users.sessionVersion}
    and ${sessions.lastSeenAt} > ${moment("seenAfter")} and ${sessions.startedAt} > ${moment("startedAfter")}
    and ${memberships.disabledAt} is null
  order by ${memberships.createdAt}, ${memberships.accountId} limit 1`,
);

/** The person behind a session token at `now`, or null: unknown, ended, too old, signed out everywhere, disabled. */
export async function readSession(token: string | undefined, now: Date): Promise<SignedIn | null> {
  if (token === undefined || token === "") return null;
  const sessionId = await sessionIdOf(token);
  if (sessionId === null) return null;
  const before = (milliseconds: number) => new Date(now.getTime() - milliseconds).toISOString();
  const rows = await statement({
    sessionId,
    seenAfter: before(SESSION_IDLE_HOURS * HOUR_MS),
    startedAfter: before(SESSION_ABSOLUTE_DAYS * DAY_MS),
    notedBefore: before(SEEN_EVERY_MS),
  });
  const [row] = rowsOf.parse(rows);
  if (row === undefined) return null;
  const { isToNote, ...signedIn } = row;
  if (isToNote) await noteSeen(sessionId, now);
  return { sessionId, ...signedIn };
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
