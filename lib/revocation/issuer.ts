import "server-only";
import { createHash } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { certificateContents, isOfAuthority, subjectHash } from "@/drizzle/schema/certificates";
import type { Scope } from "@/lib/auth/scope";
import type { CertificateReading } from "@/lib/certificates/parse";
import { readCertificateFile } from "@/lib/certificates/parse-file";
import { hasSigned, readSingle, readSinglePem } from "@/lib/pki/verify-subject";
import { type FetchOptions, fetchIssuer, webAddresses } from "@/lib/revocation/fetch";

/** CAs of one name that are tried, and addresses that are asked. */
const TRIED = 20;
const ASKED = 2;
const REMEMBERED = 500;

/** Issuers that were found, by account: their certificates are not looked for again with each certificate they signed. */
const found = new Map<string, CertificateReading>();

export type Chained = { certificate: CertificateReading; chainPems: string[] };

/**
 * The CA that signed a certificate: from the chain that came with it, else from the inventory, else from the address that
 * the certificate names. Wherever it comes from, its key made the certificate's signature. A sentence when there is none.
 */
export async function findIssuer(
  scope: Scope,
  { certificate, chainPems }: Chained,
  options: FetchOptions,
): Promise<CertificateReading | { sentence: string }> {
  const isIssuer = (candidate: CertificateReading | undefined) =>
    candidate !== undefined && hasSigned(candidate, certificate);
  const own = chainPems.map(readSinglePem).find(isIssuer);
  if (own !== undefined) return own;
  if (isIssuer(certificate)) return certificate;
  const key = keyOf(scope, certificate);
  const remembered = found.get(key);
  if (remembered !== undefined && isIssuer(remembered)) return remembered;
  const kept = (await readAuthorities(scope, certificate.parsed.issuer)).map(readSinglePem).find(isIssuer);
  const fetched = kept ?? (await fetchSigner(certificate, options));
  if ("sentence" in fetched) return fetched;
  remember(key, fetched);
  return fetched;
}

function keyOf({ accountId }: Scope, { issuerOctets, parsed }: CertificateReading): string {
  const name = createHash("sha256").update(issuerOctets).digest("hex");
  return `${accountId} ${name} ${parsed.authorityKeyId ?? ""}`;
}

function remember(key: string, issuer: CertificateReading): void {
  found.delete(key);
  const [oldest] = found.keys();
  if (found.size >= REMEMBERED && oldest !== undefined) found.delete(oldest);
  found.set(key, issuer);
}

/** CAs of this name that the account has, or had and keeps the record of. */
async function readAuthorities(scope: Scope, subject: string): Promise<string[]> {
  const rows = await database()
    .select({ pem: certificateContents.pem })
    .from(certificateContents)
    .where(
      and(
        eq(certificateContents.accountId, scope.accountId),
        isOfAuthority,
        eq(subjectHash, sql`md5(${subject}::text)`),
      ),
    )
    .limit(TRIED);
  return rows.map(({ pem }) => pem);
}

async function fetchSigner(
  certificate: CertificateReading,
  options: FetchOptions,
): Promise<CertificateReading | { sentence: string }> {
  const addresses = webAddresses(certificate.parsed.issuerUrls).slice(0, ASKED);
  if (addresses.length === 0) {
    const sentence =
      "The certificate of its issuer is not known. Upload it, or the certificate together with its chain.";
    return { sentence };
  }
  let problem = "";
  for (const { href, host } of addresses) {
    const fetched = await fetchIssuer(href, options);
    const signer = fetched.kind === "fetched" ? signerIn(fetched.body, certificate) : undefined;
    if (signer !== undefined) return signer;
    const why = fetched.kind === "failed" ? fetched.sentence : "What came is no certificate that signed it.";
    problem = `The certificate of its issuer could not be had from ${host}: ${why}`;
  }
  return { sentence: problem };
}

/** One certificate as DER or PEM, or several as PKCS#7. */
function signerIn(body: Buffer, certificate: CertificateReading): CertificateReading | undefined {
  const file = readCertificateFile(body);
  if (file.kind === "refused") return undefined;
  return file.groups
    .flatMap(({ certificate: first, chain }) => [first, ...chain])
    .flatMap(({ der }) => readSingle(der) ?? [])
    .find((candidate) => hasSigned(candidate, certificate));
}
