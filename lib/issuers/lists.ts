import "server-only";
import { and, asc, eq, gt } from "drizzle-orm";
import type { Executor } from "@/drizzle/client";
import { revocations } from "@/drizzle/schema/certificates";
import { authorities } from "@/drizzle/schema/issuers";
import { type AuthorityKey, openAuthorityKey } from "@/lib/issuers/authority-keys";
import { LISTED_AFTER_EXPIRY_DAYS } from "@/lib/issuers/rules";
import { makeCrl } from "@/lib/pki/crl";
import { type Signer, signerOf } from "@/lib/pki/signing";
import { derOf } from "@/lib/pki/text";
import { REVOCATION_REASON_CODES, REVOCATION_REASONS } from "@/lib/revocation/rules";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** For how long a list holds: a server may be away for two days before clients miss a new one. */
const LIST_HOLDS_MS = 3 * DAY_MS;
/** A list is signed again when it holds for no longer than this. */
const RENEWED_BEFORE_MS = 2 * DAY_MS;

export type SignedList = { crl: Buffer; crlNumber: number; crlThisUpdate: Date; crlNextUpdate: Date };

/** The first list of an authority that has issued nothing yet. */
export function firstList(signer: Signer, now: Date): SignedList {
  return listOf(signer, { crlNumber: 1, revoked: [], now });
}

/**
 * Signs the list of what an authority revoked, with the next number, in the caller's transaction. The authority's row is
 * held until then, so numbers grow and each list has all that was revoked before it, over any number of servers.
 * @returns null when there is no such authority with a key here
 */
export async function signList(
  tx: Executor,
  { accountId, id }: AuthorityKey,
  { now, onlyIfDue }: { now: Date; onlyIfDue: boolean },
): Promise<SignedList | null> {
  // Whoever notes a revocation or an issuance holds the row's key already: a stronger lock would have two wait for each other.
  const isRow = and(eq(authorities.accountId, accountId), eq(authorities.id, id));
  const [row] = await tx.select(columns).from(authorities).where(isRow).for("no key update");
  if (row === undefined || row.keyBox === null) return null;
  const { crl, crlNumber, crlThisUpdate, crlNextUpdate } = row;
  if (onlyIfDue && crl !== null && crlThisUpdate !== null && crlNextUpdate !== null) {
    // Another server was faster.
    if (crlNextUpdate > dueBefore(now)) return { crl, crlNumber, crlThisUpdate, crlNextUpdate };
  }
  const signer = signerOf(derOf(row.certificatePem), openAuthorityKey(row));
  const revoked = await readRevoked(tx, { accountId, id }, now);
  const list = listOf(signer, { crlNumber: crlNumber + 1, revoked, now });
  await tx.update(authorities).set(list).where(isRow);
  return list;
}

const columns = {
  accountId: authorities.accountId,
  id: authorities.id,
  certificatePem: authorities.certificatePem,
  keyBox: authorities.keyBox,
  keyKeyId: authorities.keyKeyId,
  crl: authorities.crl,
  crlNumber: authorities.crlNumber,
  crlThisUpdate: authorities.crlThisUpdate,
  crlNextUpdate: authorities.crlNextUpdate,
};

/** A list that ends before this moment is to be signed again. */
export function dueBefore(now: Date): Date {
  return new Date(now.getTime() + RENEWED_BEFORE_MS);
}

type Listed = { crlNumber: number; revoked: Awaited<ReturnType<typeof readRevoked>>; now: Date };

function listOf(signer: Signer, { crlNumber, revoked, now }: Listed): SignedList {
  const crlThisUpdate = new Date(Math.floor(now.getTime() / 1_000) * 1_000);
  const crlNextUpdate = new Date(crlThisUpdate.getTime() + LIST_HOLDS_MS);
  const times = { thisUpdate: crlThisUpdate, nextUpdate: crlNextUpdate };
  return { crl: makeCrl({ signer, number: crlNumber, ...times, revoked }), crlNumber, crlThisUpdate, crlNextUpdate };
}

async function readRevoked(tx: Executor, { accountId, id }: AuthorityKey, now: Date) {
  const since = new Date(now.getTime() - LISTED_AFTER_EXPIRY_DAYS * DAY_MS);
  const rows = await tx
    .select({ serialHex: revocations.serialHex, revokedAt: revocations.revokedAt, reason: revocations.reason })
    .from(revocations)
    .where(and(eq(revocations.accountId, accountId), eq(revocations.authorityId, id), gt(revocations.notAfter, since)))
    .orderBy(asc(revocations.revokedAt), asc(revocations.serialHex));
  return rows.flatMap(({ serialHex, revokedAt, reason }) =>
    serialHex === null ? [] : [{ serialHex, revokedAt, reasonCode: reasonCodeOf(reason) }],
  );
}

/** CRLReason as a number; a word that is none counts as unspecified. */
export function reasonCodeOf(word: string): number {
  const reason = REVOCATION_REASONS.find((known) => known === word);
  return reason === undefined ? 0 : REVOCATION_REASON_CODES[reason];
}
