import type { CertificateReading, ParsedCertificate } from "./parse";
import { isSignedWith, readPublicKey } from "./parse-signature";

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

// More certificates of one name are tried no further, so that a hostile bundle stays soon read.
const issuersTried = 4;

/**
 * As `groupIntoChains`, for bundles whose order means nothing: every certificate that certifies no other is one, with its
 * chain as far as it is there. A link may serve several.
 */
export function arrangeChains(readings: CertificateReading[]): CertificateGroup[] {
  const once = [...new Map(readings.map((reading) => [reading.parsed.fingerprint, reading])).values()];
  const byName = new Map<string, CertificateReading[]>();
  for (const reading of once) {
    const name = reading.subjectOctets.toString("latin1");
    byName.set(name, [...(byName.get(name) ?? []), reading].slice(0, issuersTried));
  }
  const issuerOf = new Map<CertificateReading, CertificateReading>();
  for (const reading of once) {
    const named = byName.get(reading.issuerOctets.toString("latin1")) ?? [];
    const issuer = certifies(reading, reading) ? undefined : named.find((other) => certifies(other, reading));
    if (issuer !== undefined) issuerOf.set(reading, issuer);
  }
  const issuers = new Set(issuerOf.values());
  const leaves = once.filter((reading) => !issuers.has(reading));
  const lines = leaves.map((leaf) => lineOf(leaf, issuerOf));
  const reached = new Set(lines.flat());
  // Certificates that certify each other in a ring have no first one.
  const rest = once.filter((reading) => !reached.has(reading)).map((reading) => [reading]);
  return [...lines, ...rest].flatMap(([first, ...chain]) =>
    first === undefined ? [] : { certificate: first.parsed, chain: chain.map((link) => link.parsed) },
  );
}

function lineOf(leaf: CertificateReading, issuerOf: Map<CertificateReading, CertificateReading>): CertificateReading[] {
  const line = new Set<CertificateReading>();
  for (let next: CertificateReading | undefined = leaf; next && !line.has(next); next = issuerOf.get(next))
    line.add(next);
  return [...line];
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
  const key = readPublicKey(issuer);
  // An algorithm without a name is shown by its OID, and the runtime cannot check it either.
  const isKnownAlgorithm = !/^\d/.test(subject.parsed.signatureAlgorithm);
  if (key === undefined || !isKnownAlgorithm) return true;
  return isSignedWith(key, subject);
}
