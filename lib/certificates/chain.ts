import type { KeyObject } from "node:crypto";
import type { CertificateReading, ParsedCertificate } from "./parse";

/** A certificate with the issuers that came after it in its file, nearest first. */
export type CertificateGroup = { certificate: ParsedCertificate; chain: ParsedCertificate[] };

/**
 * Splits the blocks of one file into certificates with their chains: the longest runs in which each block certifies the one
 * before. Nothing follows a self-signed certificate, so a list of roots comes apart into single ones.
 */
export function groupIntoChains(readings: CertificateReading[]): CertificateGroup[] {
  const groups: CertificateGroup[] = [];
  let previous: CertificateReading | undefined;
  for (const reading of readings) {
    const group = groups.at(-1);
    if (group !== undefined && previous !== undefined && continuesChain(previous, reading))
      group.chain.push(reading.parsed);
    else groups.push({ certificate: reading.parsed, chain: [] });
    previous = reading;
  }
  return groups;
}

function continuesChain(subject: CertificateReading, issuer: CertificateReading): boolean {
  return certifies(issuer, subject) && !certifies(subject, subject);
}

// An empty name is a SEQUENCE without content: two octets. It identifies nobody.
const emptyNameLength = 2;

/**
 * Whether `issuer` certifies `subject`: the names are equal octet for octet, the key identifiers do not contradict each other and
 * the signature verifies. Where the runtime knows neither the key nor the algorithm, names and identifiers suffice.
 */
function certifies(issuer: CertificateReading, subject: CertificateReading): boolean {
  if (subject.issuerOctets.length <= emptyNameLength) return false;
  if (!subject.issuerOctets.equals(issuer.subjectOctets)) return false;
  const { authorityKeyId } = subject.parsed;
  const { subjectKeyId } = issuer.parsed;
  if (authorityKeyId !== null && subjectKeyId !== null && authorityKeyId !== subjectKeyId) return false;
  return verifies(issuer, subject);
}

function verifies(issuer: CertificateReading, subject: CertificateReading): boolean {
  const key = readKey(issuer);
  // An algorithm without a name is shown by its OID, and the runtime cannot check it either.
  const isKnownAlgorithm = !/^\d/.test(subject.parsed.signatureAlgorithm);
  if (key === undefined || !isKnownAlgorithm) return true;
  return subject.x509.verify(key);
}

function readKey({ x509 }: CertificateReading): KeyObject | undefined {
  try {
    return x509.publicKey;
  } catch {
    return undefined;
  }
}
