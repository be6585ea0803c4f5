import "server-only";
import { X509Certificate } from "node:crypto";
import { and, eq } from "drizzle-orm";
import type { Transaction } from "@/drizzle/client";
import { issuances } from "@/drizzle/schema/orders";
import { recordAudit } from "@/lib/audit/commands";
import type { Scope } from "@/lib/auth/scope";
import type { CertificateGroup } from "@/lib/certificates/chain";
import { importCertificates } from "@/lib/certificates/import";
import { readCertificateFile } from "@/lib/certificates/parse-file";
import { fitsCertificate, type OpenedKey } from "@/lib/certificates/parse-private-key";
import { keepKeys } from "@/lib/certificates/private-keys";
import { IssuerError } from "@/lib/issuers/failure";
import type { Challenge } from "@/lib/issuers/rules";
import { middleOf, renewalTimeOf } from "@/lib/orders/rules";
import { openRequest } from "@/lib/pki/requests";

/** What of an order its certificate is kept by. */
export type Fulfilled = {
  orderId: string;
  issuerId: string;
  issuerName: string;
  replacesId: string | null;
  /** Null for a private CA. */
  challenge: Challenge | null;
  /** DER. */
  csr: Buffer;
  /** Null where the request came from elsewhere. */
  key: OpenedKey | null;
};

/**
 * Reads what an issuer answered: PEM of the certificate and its chain. It has to be for the key that was asked for.
 * @throws IssuerError "rejected"
 */
export function readIssued(pem: string, { csr, key }: Pick<Fulfilled, "csr" | "key">): CertificateGroup {
  const reading = readCertificateFile(Buffer.from(pem));
  const group = reading.kind === "certificates" ? reading.groups[0] : undefined;
  if (group === undefined) throw new IssuerError("rejected", "What the CA issued cannot be read as a certificate.");
  const request = openRequest(csr);
  const isForRequest = key === null ? isKeyOf(request, group) : fitsCertificate(key, group.certificate.der);
  if (!isForRequest)
    throw new IssuerError("rejected", "The CA issued a certificate for another key than was asked for.");
  return group;
}

const SPKI = { type: "spki", format: "der" } as const;

function isKeyOf(request: ReturnType<typeof openRequest>, { certificate }: CertificateGroup): boolean {
  if ("sentence" in request) return false;
  return new X509Certificate(certificate.der).publicKey.export(SPKI).equals(request.publicKey);
}

/**
 * Keeps an issued certificate in the caller's transaction: in the inventory, with its key, in the register of its issuer
 * and in the history; the one that it replaces points to it. One that is in the inventory already is found there.
 */
export async function keepIssued(
  tx: Transaction,
  scope: Scope,
  {
    order,
    group,
    authorityId,
    now,
  }: { order: Fulfilled; group: CertificateGroup; authorityId: string | null; now: Date },
): Promise<{ certificateId: string }> {
  const { accountId } = scope;
  const incoming = { group, givenName: null, source: "issued", isSample: false } as const;
  const [imported] = await importCertificates(scope, [incoming], now, tx);
  if (imported === undefined) throw new Error("an issued certificate was not kept");
  const certificateId = imported.id;
  if (order.key !== null) await keepKeys(tx, scope, { keys: new Map([[certificateId, order.key]]), now });
  const { notBefore, notAfter, serialHex, fingerprint } = group.certificate;
  await tx
    .insert(issuances)
    .values({
      ...{ accountId, certificateId, issuerId: order.issuerId, authorityId, orderId: order.orderId },
      ...{ serialHex, fingerprint, notBefore, notAfter, ...planOf(order, { notBefore, notAfter }) },
    })
    .onConflictDoNothing();
  const details = { issuer: order.issuerName, orderId: order.orderId };
  await recordAudit(tx, scope, { now, action: "certificate.issued", subjectId: certificateId, details });
  if (order.replacesId !== null) await noteRenewal(tx, scope, { certificateId, replacesId: order.replacesId, now });
  return { certificateId };
}

/** When it is renewed by itself; never where somebody has to set a record or to bring a key. */
function planOf(order: Fulfilled, validity: { notBefore: Date; notAfter: Date }) {
  const nextAriAt = order.challenge === null ? null : middleOf(validity);
  const renewalProblem = manualRenewal(order);
  return { renewAt: renewalProblem === null ? renewalTimeOf(validity) : null, renewalProblem, nextAriAt };
}

function manualRenewal({ key, challenge }: Fulfilled): string | null {
  if (key === null)
    return "Its private key is kept elsewhere, so it is not renewed by itself. Renew it before it expires.";
  if (challenge !== "dns-01") return null;
  return "Somebody has to set a DNS record for it, so it is not renewed by itself. Renew it before it expires.";
}

async function noteRenewal(
  tx: Transaction,
  scope: Scope,
  { certificateId, replacesId, now }: { certificateId: string; replacesId: string; now: Date },
): Promise<void> {
  if (certificateId === replacesId)
    throw new IssuerError("rejected", "The CA answered with the certificate of before.");
  const done = { renewedById: certificateId, renewAt: null, renewalProblem: null, nextAriAt: null };
  await tx
    .update(issuances)
    .set(done)
    .where(and(eq(issuances.accountId, scope.accountId), eq(issuances.certificateId, replacesId)));
  await recordAudit(tx, scope, {
    ...{ now, action: "certificate.renewed", subjectId: replacesId, details: { renewedById: certificateId } },
  });
}
