import { Buffer } from "node:buffer";
import { hash, X509Certificate } from "node:crypto";
import { content, type DerElement, encoding, readChildren, tags } from "./asn1-element";
import { readDistinguishedName, shortLabel } from "./distinguished-name";
import { type Place, type Refusal, refuse, refuseBadDates, refuseUnreadable } from "./file-refusal";
import type { ExtensionFacts } from "./parse-extension-values";
import { readExtensions } from "./parse-extensions";
import { hasOrdinaryForm } from "./parse-ordinary";
import { describePublicKey, nameSignatureAlgorithm } from "./parse-public-key";
import { readValidityDate } from "./parse-validity-date";

/** One certificate as the inventory keeps it. No string holds a NUL or a lone surrogate. */
export type ParsedCertificate = ExtensionFacts & {
  /** SHA-256 of the DER octets, lower-case hex. */
  fingerprint: string;
  /** SHA-256 of the SubjectPublicKeyInfo, lower-case hex. */
  publicKeyHash: string;
  /** Exact decimal; may be zero or negative. */
  serial: string;
  /** Lower-case hex of the magnitude in whole octets, "-" in front when negative. */
  serialHex: string;
  /** RFC 4514. */
  subject: string;
  /** RFC 4514. */
  issuer: string;
  commonName: string | null;
  organisation: string | null;
  issuerCommonName: string | null;
  /** For lists: "R11, Let's Encrypt". */
  issuerLabel: string;
  keyAlgorithm: string;
  /** Bits, or null where it says nothing or cannot be read. */
  keySize: number | null;
  signatureAlgorithm: string;
  notBefore: Date;
  notAfter: Date;
  /** The block as it came; 64 columns when it was not PEM of the usual form. No final newline. */
  pem: string;
  der: Buffer;
  /** Plain sentences about what is unusual. */
  oddities: string[];
};

/** A parsed certificate with what is needed to see who certifies whom. */
export type CertificateReading = {
  kind: "certificate";
  parsed: ParsedCertificate;
  root: DerElement;
  publicKey: DerElement;
  /** Of the form that `open` need not be asked about. */
  isOrdinary: boolean;
  /** The certificate as openssl opens it, which takes long, at the first call. */
  open: () => X509Certificate;
  subjectOctets: Buffer;
  issuerOctets: Buffer;
};

// RFC 5280 allows 20 octets; real ones with a few more exist. Decimal conversion of a huge one would take seconds.
const longestSerial = 1_024;
const mostOddities = 50;

/** Reads an element that has a certificate's structure; `pem` undefined makes a fresh PEM. */
export function parseCertificate(root: DerElement, pem: string, place: Place): CertificateReading | Refusal {
  const parts = readParts(root);
  if (parts === undefined) return refuseUnreadable(place);
  const serial = content(parts.serial);
  if (serial.length === 0) return refuseUnreadable(place);
  if (serial.length > longestSerial)
    return refuse(
      "unreadable_block",
      "A certificate in this file has a serial number of more than 1,024 octets. Ask its issuer for a corrected certificate.",
    );
  const notBefore = readValidityDate(parts.notBefore);
  if (notBefore === undefined) return refuseBadDates(place, "start");
  const notAfter = readValidityDate(parts.notAfter);
  if (notAfter === undefined) return refuseBadDates(place, "end");
  // A copy, so that what is kept does not hold on to the whole uploaded file.
  const der = Buffer.from(encoding(root));
  const open = openOnce(der);
  const isOrdinary = hasOrdinaryForm(root);
  const isOpenable = isOrdinary ? "with its key" : tryToOpen(open);
  if (isOpenable === "not") return refuseUnreadable(place);

  const oddities = new Set<string>();
  const subject = readDistinguishedName(parts.subject);
  const issuer = readDistinguishedName(parts.issuer);
  const key = describePublicKey(parts.publicKey);
  const signatureAlgorithm = nameSignatureAlgorithm(parts.signatureAlgorithm);
  if (subject.isMalformed) oddities.add("Part of the subject cannot be read.");
  if (issuer.isMalformed) oddities.add("Part of the issuer's name cannot be read.");
  if (isOpenable === "without its key") oddities.add("The public key cannot be read.");
  if (notAfter < notBefore) oddities.add("It ends before it begins.");
  if (serial.length > 20) oddities.add("The serial number is longer than 20 octets.");
  if (!encoding(parts.signatureAlgorithm).equals(encoding(parts.outerAlgorithm)))
    oddities.add("It names two different signature algorithms.");
  const facts = readExtensions(parts.extensions, oddities);
  const { decimal, hex } = readSerial(serial);
  // Each by name: an object that a spread begins is put together anew, property by property, every time.
  const parsed = {
    sans: facts.sans,
    keyUsage: facts.keyUsage,
    extendedKeyUsage: facts.extendedKeyUsage,
    isCa: facts.isCa,
    pathLength: facts.pathLength,
    crlUrls: facts.crlUrls,
    ocspUrls: facts.ocspUrls,
    issuerUrls: facts.issuerUrls,
    subjectKeyId: facts.subjectKeyId,
    authorityKeyId: facts.authorityKeyId,
    fingerprint: hash("sha256", der),
    publicKeyHash: hash("sha256", encoding(parts.publicKey)),
    serial: decimal,
    serialHex: hex,
    subject: subject.text,
    issuer: issuer.text,
    commonName: subject.commonName,
    organisation: subject.organisation,
    issuerCommonName: issuer.commonName,
    issuerLabel: shortLabel(issuer),
    keyAlgorithm: key.algorithm,
    keySize: key.size,
    signatureAlgorithm,
    notBefore,
    notAfter,
    pem,
    der,
    oddities: [...oddities].slice(0, mostOddities),
  };
  return {
    kind: "certificate",
    parsed,
    root,
    publicKey: parts.publicKey,
    isOrdinary,
    open,
    subjectOctets: encoding(parts.subject),
    issuerOctets: encoding(parts.issuer),
  };
}

/** The parts of a certificate (RFC 5280 §4.1), or undefined when one is missing. */
function readParts(root: DerElement) {
  const [signed, outerAlgorithm] = readChildren(root) ?? [];
  const fields = signed && readChildren(signed);
  if (fields === undefined || outerAlgorithm === undefined) return undefined;
  if (fields[0]?.tag === 0xa0) fields.shift();
  const [serial, signatureAlgorithm, issuer, validity, subject, publicKey, ...optional] = fields;
  const [notBefore, notAfter] = (validity && readChildren(validity)) ?? [];
  if (!serial || !signatureAlgorithm || !issuer || !notBefore || !notAfter || !subject || !publicKey) return undefined;
  if (serial.tag !== tags.integer) return undefined;
  const extensions = optional.find((field) => field.tag === 0xa3);
  return { serial, signatureAlgorithm, outerAlgorithm, issuer, notBefore, notAfter, subject, publicKey, extensions };
}

function openOnce(der: Buffer): () => X509Certificate {
  let opened: X509Certificate | undefined;
  return () => (opened ??= new X509Certificate(der));
}

/** What openssl can do with a certificate. */
function tryToOpen(open: () => X509Certificate): "with its key" | "without its key" | "not" {
  try {
    open();
  } catch {
    return "not";
  }
  try {
    return open().publicKey.type === "public" ? "with its key" : "without its key";
  } catch {
    return "without its key";
  }
}

function readSerial(octets: Buffer): { decimal: string; hex: string } {
  const value = BigInt.asIntN(octets.length * 8, BigInt(`0x${octets.toString("hex")}`));
  const magnitude = (value < 0n ? -value : value).toString(16);
  const padded = magnitude.padStart(magnitude.length + (magnitude.length % 2), "0");
  return { decimal: value.toString(), hex: value < 0n ? `-${padded}` : padded };
}
