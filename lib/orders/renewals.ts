import "server-only";
import { and, asc, eq, isNull, lte, notExists, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { issuances, orders } from "@/drizzle/schema/orders";
import type { Scope } from "@/lib/auth/scope";
import { readCertificate } from "@/lib/certificates/detail";
import { AppError } from "@/lib/errors";
import { renewsByItself } from "@/lib/issuers/predicates";
import { log } from "@/lib/log";
import { noteFailedRenewal } from "@/lib/orders/record";
import { renewCertificate } from "@/lib/orders/renew";

type Options = { clock: () => Date; signal: AbortSignal; scopeOf: (accountId: string) => Scope };

/** Renewals that are begun before the next look. */
const BATCH = 20;
/** Whoever takes one has it for so long; a server that dies with it costs no more than this. */
const TAKEN_MS = 10 * 60_000;

export type IssuanceKey = { accountId: string; certificateId: string };

/** Begins the renewals that are due. Each is taken by one server only; what comes of an order is said by its order. */
export async function renewDue({ clock, signal, scopeOf }: Options): Promise<void> {
  while (!signal.aborted) {
    const taken = await takeDue(clock());
    for (const key of taken) {
      if (signal.aborted) return;
      await renewOne(scopeOf(key.accountId), key, clock());
    }
    if (taken.length < BATCH) return;
  }
}

function takeDue(now: Date): Promise<IssuanceKey[]> {
  const openOrder = database()
    .select({ id: orders.id })
    .from(orders)
    .where(
      and(
        ...[eq(orders.accountId, issuances.accountId), eq(orders.replacesId, issuances.certificateId)],
        isNull(orders.endedAt),
      ),
    );
  const due = database()
    .select({ accountId: issuances.accountId, certificateId: issuances.certificateId })
    .from(issuances)
    .where(and(lte(issuances.renewAt, now), renewsByItself(issuances), notExists(openOrder)))
    .orderBy(asc(issuances.renewAt))
    .limit(BATCH)
    .for("update", { skipLocked: true });
  return database()
    .update(issuances)
    .set({ renewAt: new Date(now.getTime() + TAKEN_MS) })
    .where(sql`(${issuances.accountId}, ${issuances.certificateId}) in ${due}`)
    .returning({ accountId: issuances.accountId, certificateId: issuances.certificateId });
}

async function renewOne(scope: Scope, key: IssuanceKey, now: Date): Promise<void> {
  try {
    const certificate = await readCertificate(scope, key.certificateId);
    if (certificate === null || certificate.revokedAt !== null) return await stopRenewing(key);
    const placed = await renewCertificate(scope, key.certificateId, now);
    if (placed.kind === "refused") await noteProblem(key, placed.sentence, now);
  } catch (error) {
    const isKnown = error instanceof AppError;
    if (!isKnown) log.error({ err: error, certificateId: key.certificateId }, "a renewal could not be begun");
    await noteProblem(key, isKnown ? error.message : "An unforeseen error; the server's log has it.", now);
  }
}

async function noteProblem({ accountId, certificateId }: IssuanceKey, problem: string, now: Date): Promise<void> {
  await database().transaction((tx) => noteFailedRenewal(tx, { accountId, certificateId, problem, now }));
}

/** Nobody renews what is gone or revoked. */
export async function stopRenewing({ accountId, certificateId }: IssuanceKey): Promise<void> {
  await database()
    .update(issuances)
    .set({ renewAt: null, nextAriAt: null })
    .where(and(eq(issuances.accountId, accountId), eq(issuances.certificateId, certificateId)));
}
