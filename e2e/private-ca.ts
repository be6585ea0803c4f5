import { Buffer } from "node:buffer";
import { database } from "@/drizzle/client";
import { issuances } from "@/drizzle/schema/orders";
import type { Scope } from "@/lib/auth/scope";
import { importCertificates } from "@/lib/certificates/import";
import { readCertificateFile } from "@/lib/certificates/parse-file";
import { createPrivateIssuer, issueByAuthority, republish, type SignedLeaf } from "@/lib/issuers/authorities";
import type { NewPrivateIssuer } from "@/lib/issuers/schema";
import { makeKey } from "@/lib/pki/keys";
import { makeRequest } from "@/lib/pki/requests";
import { recordRevocation } from "@/lib/revocation/facts";

let made = 0;

/** A private CA with a new name, for anything unless told otherwise. */
export async function insertPrivateIssuer(
  scope: Scope,
  order: Partial<NewPrivateIssuer>,
  now: Date,
): Promise<{ issuerId: string; name: string }> {
  made += 1;
  const name = `Private CA ${made}`;
  const years = { rootYears: 10, intermediateYears: 5 };
  const always = { name, organisation: "Example", keyAlgorithm: "ec_p256" as const, ...years, maxDays: 90 };
  const free = { permitted: [], excluded: [], renewAutomatically: false };
  const { issuerId } = await createPrivateIssuer(scope, { ...always, ...free, ...order }, now);
  return { issuerId, name: order.name ?? name };
}

export type IssuedLeaf = SignedLeaf & { certificateId: string; privateKeyPem: string };

/** A certificate that a private CA signs, in the inventory and in the CA's register. */
export async function issueLeaf(
  scope: Scope,
  { issuerId, names = ["a.example"], days = 90 }: { issuerId: string; names?: string[]; days?: number },
  now: Date,
): Promise<IssuedLeaf> {
  const { privateKeyPem } = await makeKey("ec_p256");
  const { der: csr } = makeRequest({ privateKeyPem, names, commonName: null });
  return await database().transaction(async (tx) => {
    const leaf = await issueByAuthority(tx, scope, { issuerId, csr, names, days }, now);
    const reading = readCertificateFile(Buffer.from([leaf.certificatePem, ...leaf.chainPems].join("\n")));
    const [group] = reading.kind === "certificates" ? reading.groups : [];
    if (group === undefined) throw new Error("what was issued cannot be read");
    const incoming = { group, givenName: null, source: "issued" as const, isSample: false };
    const [imported] = await importCertificates(scope, [incoming], now, tx);
    if (imported === undefined) throw new Error("what was issued was not kept");
    const { serialHex, fingerprint, notBefore, notAfter } = group.certificate;
    const register = {
      accountId: scope.accountId,
      certificateId: imported.id,
      issuerId,
      authorityId: leaf.authorityId,
    };
    await tx.insert(issuances).values({ ...register, serialHex, fingerprint, notBefore, notAfter });
    return { ...leaf, certificateId: imported.id, privateKeyPem };
  });
}

/** What revoking at a private CA does: the facts and the new list, in one transaction. */
export async function revokeLeaf(
  scope: Scope,
  { certificateId, authorityId }: IssuedLeaf,
  now: Date,
  reason = "keyCompromise",
): Promise<void> {
  await database().transaction(async (tx) => {
    const revoked = { certificateId, revokedAt: now, reason, origin: "here" as const, authorityId };
    await recordRevocation(tx, scope, revoked, now);
    await republish(tx, scope, authorityId, now);
  });
}
