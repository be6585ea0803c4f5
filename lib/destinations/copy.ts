import { createHash, KeyObject, randomUUID, X509Certificate } from "node:crypto";
import { generateCertificate } from "@/lib/certificates/generate";
import type { CopyOf } from "@/lib/destinations/adapter";

const MINUTE_MS = 60_000;

/** SHA-256 of the first certificate of a PEM text or of DER, lower-case hex; null for what is no certificate. */
export function fingerprintOf(certificate: string | Uint8Array): string | null {
  const read = readCertificate(certificate);
  return read === null ? null : createHash("sha256").update(read.raw).digest("hex");
}

export function readCertificate(certificate: string | Uint8Array): X509Certificate | null {
  try {
    return new X509Certificate(certificate);
  } catch {
    // Whatever else lies at the destination.
    return null;
  }
}

/** Leaf first, then its chain, each with a final newline. */
export function bundleOf(copy: Pick<CopyOf, "certificate" | "chain">): string {
  return [copy.certificate, ...copy.chain].map(endLine).join("");
}

export function endLine(text: string): string {
  return `${text.trimEnd()}\n`;
}

/** A name of lower-case letters, digits and hyphens, at most `limit` long; "certificate" where nothing is left of it. */
export function plainName(name: string, limit: number): string {
  const plain = name.normalize("NFKD").toLowerCase().replace(/^\*\./, "wildcard-");
  const short = plain
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, limit)
    .replace(/-+$/, "");
  return short === "" ? "certificate" : short;
}

/** Twelve letters and digits that tell syncs of certificates of one name apart. */
export function shortIdOf(syncId: string): string {
  return syncId
    .replace(/[^A-Za-z0-9]/g, "")
    .slice(-12)
    .toLowerCase();
}

/**
 * Whether a copy may take the place of one that another sync wrote: only as its renewal, for the same names and with a
 * later end. So two syncs never take turns.
 */
export function isRenewalOf(copy: Pick<CopyOf, "certificate">, there: string): boolean {
  const [ours, theirs] = [readCertificate(copy.certificate), readCertificate(there)];
  if (ours === null || theirs === null) return false;
  const sameNames = ours.subject === theirs.subject && ours.subjectAltName === theirs.subjectAltName;
  return sameNames && Date.parse(ours.validTo) > Date.parse(theirs.validTo);
}

/** A copy of a fresh self-signed certificate that nothing trusts, to try a destination with. */
export async function makeTrialCopy(now: Date): Promise<CopyOf> {
  const made = await generateCertificate({
    subjectCommonName: "certsweep-test.invalid",
    dnsNames: ["certsweep-test.invalid"],
    notBefore: new Date(now.getTime() - 5 * MINUTE_MS),
    notAfter: new Date(now.getTime() + 60 * MINUTE_MS),
  });
  const id = randomUUID();
  return {
    syncId: id,
    certificateId: id,
    name: `Certsweep test ${shortIdOf(id)}`,
    certificate: made.pem,
    chain: [],
    privateKey: KeyObject.from(made.privateKey).export({ type: "pkcs8", format: "pem" }).toString(),
    fingerprint: createHash("sha256").update(made.der).digest("hex"),
  };
}
