import "server-only";
import { and, eq, inArray, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { certificateContents, certificates } from "@/drizzle/schema/certificates";
import { privateKeys } from "@/drizzle/schema/private-keys";
import type { Scope } from "@/lib/auth/scope";
import type { Source } from "@/lib/certificates/rules";
import type { CertificateDetails } from "@/lib/certificates/schema";
import { hasIssuer, revocationIsPending } from "@/lib/revocation/predicates";

export type CertificateDetailView = {
  id: string;
  name: string;
  source: Source;
  notBefore: Date;
  notAfter: Date;
  revokedAt: Date | null;
  isSample: boolean;
  addedAt: Date;
  addedByLabel: string;
  details: CertificateDetails;
  pem: string;
  hasPrivateKey: boolean;
  /** An issuer of the account issued it. */
  hasIssuer: boolean;
  isRevocationPending: boolean;
};

const ofContents = and(
  eq(certificateContents.accountId, certificates.accountId),
  eq(certificateContents.id, certificates.id),
);

const ofKey = and(eq(privateKeys.accountId, certificates.accountId), eq(privateKeys.certificateId, certificates.id));

function isCertificate(scope: Scope, id: string) {
  return and(eq(certificates.accountId, scope.accountId), eq(certificates.id, id));
}

/** The name of a certificate in the inventory; null when the account has none with this id. */
export async function readCertificateName(scope: Scope, id: string): Promise<string | null> {
  const [row] = await database().select({ name: certificates.name }).from(certificates).where(isCertificate(scope, id));
  return row?.name ?? null;
}

/** The names of certificates in the inventory by their ids. */
export async function readCertificateNames(scope: Scope, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await database()
    .select({ id: certificates.id, name: certificates.name })
    .from(certificates)
    .where(and(eq(certificates.accountId, scope.accountId), inArray(certificates.id, [...ids])));
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Everything kept of a certificate in the inventory; null when the account has none with this id. */
export async function readCertificate(scope: Scope, id: string): Promise<CertificateDetailView | null> {
  const [row] = await database()
    .select({
      id: certificates.id,
      name: certificates.name,
      source: certificates.source,
      notBefore: certificates.notBefore,
      notAfter: certificates.notAfter,
      revokedAt: certificates.revokedAt,
      isSample: certificates.isSample,
      addedAt: certificates.addedAt,
      addedByLabel: certificates.addedByLabel,
      details: certificateContents.details,
      pem: certificateContents.pem,
      hasPrivateKey: sql<boolean>`${privateKeys.certificateId} is not null`,
      hasIssuer,
      isRevocationPending: revocationIsPending,
    })
    .from(certificates)
    .innerJoin(certificateContents, ofContents)
    .leftJoin(privateKeys, ofKey)
    .where(isCertificate(scope, id));
  return row ?? null;
}

export type CertificateFile = { name: string; fingerprint: string; pem: string; chainPems: string[] };

/** What a download of a certificate in the inventory needs; null when the account has none with this id. */
export async function readCertificateFile(scope: Scope, id: string): Promise<CertificateFile | null> {
  const [row] = await database()
    .select({
      name: certificates.name,
      fingerprint: certificates.fingerprint,
      pem: certificateContents.pem,
      chainPems: certificateContents.chainPems,
    })
    .from(certificates)
    .innerJoin(certificateContents, ofContents)
    .where(isCertificate(scope, id));
  return row ?? null;
}
