import "server-only";
import { and, asc, eq, isNotNull, isNull, lte, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { issuances } from "@/drizzle/schema/orders";
import { type RenewalWindow, readRenewalWindow, renewalIdOf } from "@/lib/acme/renewal-info";
import type { Scope } from "@/lib/auth/scope";
import { readCertificate } from "@/lib/certificates/detail";
import { readAcmePlace } from "@/lib/issuers/acme-accounts";
import { IssuerError } from "@/lib/issuers/failure";
import { log } from "@/lib/log";
import { type IssuanceKey, stopRenewing } from "@/lib/orders/renewals";
import { askAgainAt, timeInWindow } from "@/lib/orders/rules";

type Options = { clock: () => Date; signal: AbortSignal; scopeOf: (accountId: string) => Scope };

/** Certificates whose CA is asked in one round; the others wait for the next one. */
const BATCH = 20;
const CALL_TIMEOUT_MS = 20_000;
/** Whoever takes one has it for so long. */
const TAKEN_MS = 30 * 60_000;

/** Asks CAs when they want the certificates renewed that are in the last half of their validity (RFC 9773). */
export async function askWindows({ clock, signal, scopeOf }: Options): Promise<void> {
  for (const key of await takeDue(clock())) {
    if (signal.aborted) return;
    const within = AbortSignal.any([signal, AbortSignal.timeout(CALL_TIMEOUT_MS)]);
    await askOne(scopeOf(key.accountId), key, { clock, signal: within });
  }
}

function takeDue(now: Date): Promise<IssuanceKey[]> {
  const due = database()
    .select({ accountId: issuances.accountId, certificateId: issuances.certificateId })
    .from(issuances)
    .where(lte(issuances.nextAriAt, now))
    .orderBy(asc(issuances.nextAriAt))
    .limit(BATCH)
    .for("update", { skipLocked: true });
  return database()
    .update(issuances)
    .set({ nextAriAt: new Date(now.getTime() + TAKEN_MS) })
    .where(sql`(${issuances.accountId}, ${issuances.certificateId}) in ${due}`)
    .returning({ accountId: issuances.accountId, certificateId: issuances.certificateId });
}

async function askOne(scope: Scope, key: IssuanceKey, { clock, signal }: Omit<Options, "scopeOf">): Promise<void> {
  const certificate = await readCertificate(scope, key.certificateId);
  const issuerId = await issuerOf(key);
  const renewalId = certificate === null ? null : renewalIdOf(certificate.details);
  const place = issuerId === null ? null : await readAcmePlace(scope, issuerId);
  const isOver = certificate === null || certificate.revokedAt !== null || certificate.notAfter < clock();
  if (isOver || renewalId === null || place === null) return stopAsking(key, isOver);
  try {
    const window = await readRenewalWindow(place, renewalId, signal);
    await noteWindow(key, window, clock());
  } catch (error) {
    if (!(error instanceof IssuerError)) log.error({ err: error }, "a CA could not be asked when to renew");
    const wish = error instanceof IssuerError ? error.retryAfterMs : null;
    await setNext(key, askAgainAt(wish, clock()));
  }
}

async function issuerOf({ accountId, certificateId }: IssuanceKey): Promise<string | null> {
  const [row] = await database()
    .select({ issuerId: issuances.issuerId })
    .from(issuances)
    .where(and(eq(issuances.accountId, accountId), eq(issuances.certificateId, certificateId)));
  return row?.issuerId ?? null;
}

async function stopAsking(key: IssuanceKey, isOver: boolean): Promise<void> {
  if (isOver) await stopRenewing(key);
  else await setNext(key, null);
}

async function setNext({ accountId, certificateId }: IssuanceKey, nextAriAt: Date | null): Promise<void> {
  await database()
    .update(issuances)
    .set({ nextAriAt })
    .where(and(eq(issuances.accountId, accountId), eq(issuances.certificateId, certificateId)));
}

/** A time that lies in the window stays, so that asking often moves nothing; after a failure the next try stays too. */
async function noteWindow(key: IssuanceKey, window: RenewalWindow | null, now: Date): Promise<void> {
  await setNext(key, askAgainAt(window?.retryAfterMs ?? null, now));
  if (window === null) return;
  const { accountId, certificateId } = key;
  const isRow = and(eq(issuances.accountId, accountId), eq(issuances.certificateId, certificateId));
  const [row] = await database().select({ renewAt: issuances.renewAt }).from(issuances).where(isRow);
  if (!row?.renewAt || (row.renewAt >= window.start && row.renewAt <= window.end)) return;
  await database()
    .update(issuances)
    .set({ renewAt: timeInWindow(window, Math.random(), now) })
    .where(
      and(isRow, isNotNull(issuances.renewAt), isNull(issuances.renewalProblem), eq(issuances.renewAt, row.renewAt)),
    );
}
