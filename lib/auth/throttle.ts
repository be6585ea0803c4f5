import "server-only";
import { createHash } from "node:crypto";
import { eq, lt, sql } from "drizzle-orm";
import { database, type Executor } from "@/drizzle/client";
import { signInFailures } from "@/drizzle/schema/sign-in";
import { at } from "@/drizzle/values";
import {
  FAILURES_FORGOTTEN_HOURS,
  FIRST_SLOW_FAILURE,
  THROTTLE_KINDS,
  type ThrottleKind,
  WAIT_MAX_SECONDS,
} from "@/lib/auth/rules";

const HOUR_MS = 3_600_000;

export type Attempt = { email: string; address: string };
export type Turn = { kind: "admitted" } | { kind: "wait"; seconds: number };

/**
 * Takes a turn for one attempt. It is counted as a failure before the password is looked at and taken back by
 * `forgiveAttempt`, so that guesses made at the same moment count one after the other and cannot slip past the wait.
 */
export async function takeTurn(attempt: Attempt, now: Date): Promise<Turn> {
  return database().transaction(async (transaction) => {
    const counted: ThrottleKind[] = [];
    // Always in this order: two attempts never hold what the other one wants.
    for (const kind of THROTTLE_KINDS) {
      const seconds = await countAttempt(transaction, kind, attempt, now);
      if (seconds === 0) counted.push(kind);
      else {
        // An attempt that has to wait counts nowhere.
        for (const earlier of counted) await takeBack(transaction, earlier, attempt, now);
        return { kind: "wait", seconds };
      }
    }
    return { kind: "admitted" };
  });
}

/** After the right password: the person starts afresh, and the address is back where it was before this attempt. */
export async function forgiveAttempt(attempt: Attempt, now: Date): Promise<void> {
  await database().transaction(async (transaction) => {
    await takeBack(transaction, "address", attempt, now);
    for (const kind of ["visitor", "account"] as const)
      await transaction.delete(signInFailures).where(eq(signInFailures.key, keyOf(kind, attempt)));
  });
}

/** Drops counts that no longer count. */
export async function forgetOldFailures(now: Date): Promise<void> {
  await database()
    .delete(signInFailures)
    .where(lt(signInFailures.lastFailedAt, forgottenBefore(now)));
}

/** Counts an attempt unless it came too early; answers with the seconds to wait, 0 when it was counted. */
async function countAttempt(executor: Executor, kind: ThrottleKind, attempt: Attempt, now: Date): Promise<number> {
  const key = keyOf(kind, attempt);
  const failures = sql`case when ${signInFailures.lastFailedAt} < ${at(forgottenBefore(now))} then 1 else ${signInFailures.failures} + 1 end`;
  const counted = await executor
    .insert(signInFailures)
    .values({ key, failures: 1, lastFailedAt: now, waitUntil: now })
    .onConflictDoUpdate({
      target: signInFailures.key,
      set: { failures, lastFailedAt: now, waitUntil: sql`${at(now)} + ${waitAfter(kind, sql`(${failures})`)}` },
      // Without a wait the two times are equal: an attempt that took its clock a moment earlier, or on a server whose
      // clock is a little behind, is not made to wait for another one that was only quicker.
      setWhere: sql`${signInFailures.waitUntil} <= greatest(${at(now)}, ${signInFailures.lastFailedAt})`,
    })
    .returning({ key: signInFailures.key });
  if (counted.length > 0) return 0;
  const [row] = await executor
    .select({ waitUntil: signInFailures.waitUntil })
    .from(signInFailures)
    .where(eq(signInFailures.key, key));
  // The row can only be gone when a sign-in succeeded in between: the shortest wait is right then.
  const until = row?.waitUntil.getTime() ?? now.getTime();
  return Math.max(1, Math.ceil((until - now.getTime()) / 1_000));
}

async function takeBack(executor: Executor, kind: ThrottleKind, attempt: Attempt, now: Date): Promise<void> {
  await executor
    .update(signInFailures)
    .set({
      failures: sql`greatest(${signInFailures.failures} - 1, 0)`,
      waitUntil: sql`case when ${signInFailures.lastFailedAt} <= ${at(now)} then ${signInFailures.lastFailedAt} else ${signInFailures.waitUntil} end`,
    })
    .where(eq(signInFailures.key, keyOf(kind, attempt)));
}

/** waitSecondsAfter as SQL. The exponent stops at 10, past the longest wait, so that no count overflows. */
function waitAfter(kind: ThrottleKind, failures: ReturnType<typeof sql>) {
  const slow = sql`(${failures} - ${sql.raw(String(FIRST_SLOW_FAILURE[kind] - 1))})`;
  const seconds = sql`least(power(2, least(${slow}, 10)), ${sql.raw(String(WAIT_MAX_SECONDS[kind]))})`;
  return sql`(case when ${slow} < 1 then 0 else ${seconds} end) * interval '1 second'`;
}

function forgottenBefore(now: Date): Date {
  return new Date(now.getTime() - FAILURES_FORGOTTEN_HOURS * HOUR_MS);
}

function keyOf(kind: ThrottleKind, { email, address }: Attempt): string {
  const values: Record<ThrottleKind, string> = { address, visitor: `${address}\n${email}`, account: email };
  return createHash("sha256").update(`${kind}\n${values[kind]}`).digest("hex");
}
