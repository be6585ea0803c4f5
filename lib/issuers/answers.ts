import "server-only";
import { and, eq, inArray, ne } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { revocations } from "@/drizzle/schema/certificates";
import { authorities } from "@/drizzle/schema/issuers";
import { issuances } from "@/drizzle/schema/orders";
import { openAuthorityKey } from "@/lib/issuers/authority-keys";
import { reasonCodeOf, type SignedList, signList } from "@/lib/issuers/lists";
import { type CertStatus, isIssuedBy, makeOcspAnswer, makeOcspFailure } from "@/lib/pki/ocsp";
import { readOcspRequest } from "@/lib/pki/ocsp-request";
import { signerOf } from "@/lib/pki/signing";
import { derOf } from "@/lib/pki/text";
import { hasSigned, readSingle } from "@/lib/pki/verify-subject";

/** For how long an answer about a certificate holds. */
const ANSWER_HOLDS_MS = 3_600_000;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What an authority, of whatever account, publishes; null when there is none with this id. */
async function readAuthority(id: string) {
  if (!UUID.test(id)) return null;
  const [row] = await database()
    .select({
      accountId: authorities.accountId,
      id: authorities.id,
      issuerId: authorities.issuerId,
      certificatePem: authorities.certificatePem,
      notBefore: authorities.notBefore,
      keyBox: authorities.keyBox,
      keyKeyId: authorities.keyKeyId,
      crl: authorities.crl,
      crlNumber: authorities.crlNumber,
      crlThisUpdate: authorities.crlThisUpdate,
      crlNextUpdate: authorities.crlNextUpdate,
    })
    .from(authorities)
    .where(eq(authorities.id, id));
  return row ?? null;
}

/** The certificate of an authority, DER; null when there is none with this id. */
export async function publishedCertificate(id: string): Promise<{ der: Buffer; notBefore: Date } | null> {
  const row = await readAuthority(id);
  return row === null ? null : { der: derOf(row.certificatePem), notBefore: row.notBefore };
}

/**
 * The list of what an authority revoked, which holds now: one that has run out, since no server was there to renew it, is
 * signed again first. Null when there is no such authority, or its key is kept elsewhere.
 */
export async function publishedList(id: string, now: Date): Promise<SignedList | null> {
  const row = await readAuthority(id);
  if (row === null || row.keyBox === null) return null;
  const { accountId, crl, crlNumber, crlThisUpdate, crlNextUpdate } = row;
  if (crl !== null && crlThisUpdate !== null && crlNextUpdate !== null && crlNextUpdate > now)
    return { crl, crlNumber, crlThisUpdate, crlNextUpdate };
  return await database().transaction((tx) => signList(tx, { accountId, id }, { now, onlyIfDue: true }));
}

export type OcspReply = {
  der: Buffer;
  /** Null where nobody may keep the answer: it has a nonce, says that a certificate is unknown, or is none. */
  holds: { thisUpdate: Date; nextUpdate: Date } | null;
};

/** What an authority answers to an OCSPRequest; null when there is no authority with this id. Reads the present state each time. */
export async function answerOcsp(id: string, octets: Uint8Array, now: Date): Promise<OcspReply | null> {
  const row = await readAuthority(id);
  if (row === null) return null;
  if (row.keyBox === null) return { der: makeOcspFailure("unauthorized"), holds: null };
  const request = readOcspRequest(octets);
  if (request === null) return { der: makeOcspFailure("malformedRequest"), holds: null };
  const signer = signerOf(derOf(row.certificatePem), openAuthorityKey(row));
  const own = request.certIds.filter((certId) => isIssuedBy(certId, signer));
  const known = await readStatuses(row, [...new Set(own.map(({ serialHex }) => serialHex))]);
  const unknown: CertStatus = { kind: "unknown" };
  const statuses = request.certIds.map((certId) => ({
    certId,
    status: own.includes(certId) ? (known.get(certId.serialHex) ?? unknown) : unknown,
  }));
  const thisUpdate = new Date(Math.floor(now.getTime() / 1_000) * 1_000);
  const nextUpdate = new Date(thisUpdate.getTime() + ANSWER_HOLDS_MS);
  const der = makeOcspAnswer({ signer, statuses, thisUpdate, nextUpdate, nonce: request.nonce });
  const isForAll = request.nonce === null && statuses.every(({ status }) => status.kind !== "unknown");
  return { der, holds: isForAll ? { thisUpdate, nextUpdate } : null };
}

type Row = NonNullable<Awaited<ReturnType<typeof readAuthority>>>;

/** By serial number: what the authority revoked, for good; and what else it signed, by its register. */
async function readStatuses(row: Row, serials: string[]): Promise<Map<string, CertStatus>> {
  if (serials.length === 0) return new Map();
  const { accountId, id } = row;
  const signed = await database()
    .select({ serialHex: issuances.serialHex })
    .from(issuances)
    .where(
      and(eq(issuances.accountId, accountId), eq(issuances.authorityId, id), inArray(issuances.serialHex, serials)),
    );
  const revoked = await database()
    .select({ serialHex: revocations.serialHex, at: revocations.revokedAt, reason: revocations.reason })
    .from(revocations)
    .where(
      and(
        eq(revocations.accountId, accountId),
        eq(revocations.authorityId, id),
        inArray(revocations.serialHex, serials),
      ),
    );
  const statuses = new Map<string, CertStatus>();
  for (const serialHex of [...(await serialsBelow(row)), ...signed.map((one) => one.serialHex)])
    statuses.set(serialHex, { kind: "good" });
  for (const { serialHex, at, reason } of revoked)
    if (serialHex !== null) statuses.set(serialHex, { kind: "revoked", at, reasonCode: reasonCodeOf(reason) });
  return statuses;
}

/** The serial numbers of the authorities of the same issuer that this one certified. */
async function serialsBelow({ accountId, id, issuerId, certificatePem }: Row): Promise<string[]> {
  const others = await database()
    .select({ certificatePem: authorities.certificatePem })
    .from(authorities)
    .where(and(eq(authorities.accountId, accountId), eq(authorities.issuerId, issuerId), ne(authorities.id, id)));
  const above = readSingle(derOf(certificatePem));
  return others.flatMap((other) => {
    const reading = readSingle(derOf(other.certificatePem));
    return above && reading && hasSigned(above, reading) ? [reading.parsed.serialHex] : [];
  });
}
