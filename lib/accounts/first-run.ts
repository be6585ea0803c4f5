import "server-only";
import { and, eq, gt, lt, sql } from "drizzle-orm";
import { database, type Executor } from "@/drizzle/client";
import { accounts, memberships, users } from "@/drizzle/schema/accounts";
import { setupLinks } from "@/drizzle/schema/sign-in";
import { DEFAULT_ACCOUNT_NAME, INVITATION_HOURS, type Role } from "@/lib/accounts/rules";
import { recordAudit } from "@/lib/audit/commands";
import { hashPassword, passwordProblem } from "@/lib/auth/passwords";
import { hashToken, newToken } from "@/lib/auth/tokens";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";

const HOUR_MS = 3_600_000;

export type FirstAdmin = { accountId: string; userId: string; email: string; role: Role };
export type Credentials = { email: string; password: string };

/** Whether anybody is there: the first product admin can be made only while nobody is. */
export async function isSetUp(): Promise<boolean> {
  return anyUser(database());
}

/** Whether a setup link may still be used at `now`. */
export async function isSetupLinkOpen(token: string, now: Date): Promise<boolean> {
  return isOpen(database(), token, now);
}

/** Makes a link for setting up, good for 72 hours; earlier ones stay good, since other servers may have printed them. */
export async function makeSetupToken(now: Date): Promise<string> {
  const { token, tokenHash } = newToken();
  const expiresAt = new Date(now.getTime() + INVITATION_HOURS * HOUR_MS);
  await database().delete(setupLinks).where(lt(setupLinks.expiresAt, now));
  await database().insert(setupLinks).values({ tokenHash, createdAt: now, expiresAt });
  return token;
}

/**
 * Makes the first product admin with the token of a setup link.
 * @throws AppError when set-up is done, the link is not good any more or the password may not be used
 */
export async function setUp(input: Credentials & { token: string }, now: Date): Promise<FirstAdmin> {
  if (await isSetUp()) throw alreadyDone();
  if (!(await isSetupLinkOpen(input.token, now))) throw linkIsDead();
  return makeFirstAdmin(input, now, async (transaction) => {
    if (!(await isOpen(transaction, input.token, now))) throw linkIsDead();
  });
}

/**
 * Makes the first product admin and their account, unless anybody is there.
 * @throws AppError when somebody is, or the password may not be used
 */
export async function makeFirstAdmin(
  input: Credentials,
  now: Date,
  alsoCheck: (transaction: Executor) => Promise<void> = async () => undefined,
): Promise<FirstAdmin> {
  const { email, password } = input;
  const problem = passwordProblem(password, email);
  if (problem !== null) throw new AppError("invalid_input", problem);
  const passwordHash = await hashPassword(password);
  return database().transaction(async (transaction) => {
    await holdFirstRun(transaction);
    if (await anyUser(transaction)) throw alreadyDone();
    await alsoCheck(transaction);
    const [accountId, userId] = [newId(), newId()];
    await transaction.insert(accounts).values({ id: accountId, name: DEFAULT_ACCOUNT_NAME, createdAt: now });
    await transaction.insert(users).values({ id: userId, email, passwordHash, createdAt: now });
    await transaction.insert(memberships).values({ accountId, userId, role: "admin", createdAt: now });
    await transaction.delete(setupLinks);
    const by = { accountId, actor: { kind: "user", id: userId, label: email } } as const;
    await recordAudit(transaction, by, { now, action: "account.created", subjectId: userId, details: { email } });
    return { accountId, userId, email, role: "admin" };
  });
}

/** Two first runs at the same moment queue here until the end of the transaction; the second sees the first's person. */
export async function holdFirstRun(transaction: Executor): Promise<void> {
  await transaction.execute(sql`select pg_advisory_xact_lock(7262812)`);
}

async function anyUser(executor: Executor): Promise<boolean> {
  const rows = await executor.select({ id: users.id }).from(users).limit(1);
  return rows.length > 0;
}

async function isOpen(executor: Executor, token: string, now: Date): Promise<boolean> {
  const rows = await executor
    .select({ tokenHash: setupLinks.tokenHash })
    .from(setupLinks)
    .where(and(eq(setupLinks.tokenHash, hashToken(token)), gt(setupLinks.expiresAt, now)));
  return rows.length > 0;
}

function alreadyDone(): AppError {
  return new AppError("conflict", "Set-up is done already. Sign in instead.");
}

function linkIsDead(): AppError {
  return new AppError("not_found", "This setup link is not good any more. Restart Certsweep: it prints a new one.");
}
