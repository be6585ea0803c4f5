import { createHash, type KeyObject } from "node:crypto";
import { content, readChildren, readElement, tags } from "@/lib/certificates/asn1-element";
import { type CertificateReading, parseCertificate } from "@/lib/certificates/parse";
import { isSignedWith, readPublicKey } from "@/lib/certificates/parse-signature";
import { formatPem, readPem } from "@/lib/certificates/pem";

/** A certificate whose status is asked for, and the CA that answers for it: one that has been found to have signed it. */
export type Subject = { certificate: CertificateReading; issuer: CertificateReading };

/** Reads one certificate as DER; undefined when the octets are none. */
export function readSingle(der: Uint8Array): CertificateReading | undefined {
  const root = readElement(der);
  if (root === undefined) return undefined;
  const reading = parseCertificate(root, formatPem(der.subarray(0, root.end)), { block: 1, blocks: 1 });
  return reading.kind === "certificate" ? reading : undefined;
}

/** The same for one as PEM. */
export function readSinglePem(pem: string): CertificateReading | undefined {
  const reading = readPem(pem, 1);
  const [block] = reading.kind === "blocks" ? reading.blocks : [];
  return block && readSingle(block.octets);
}

/**
 * Whether a certificate's issuer is this one: the names equal octet for octet and the signature made by its key. A key or
 * an algorithm that the runtime does not know has signed nothing.
 */
export function hasSigned(issuer: CertificateReading, certificate: CertificateReading): boolean {
  if (!certificate.issuerOctets.equals(issuer.subjectOctets)) return false;
  const key = readPublicKey(issuer);
  if (key === undefined) return false;
  try {
    return isSignedWith(key, certificate);
  } catch {
    // An algorithm that openssl does not know.
    return false;
  }
}

/** The key of a certificate that has signed another. */
export function signingKeyOf(issuer: CertificateReading): KeyObject {
  const key = readPublicKey(issuer);
  if (key === undefined) throw new TypeError("A certificate that signed another has a key that can be read");
  return key;
}

/** The octets of a public key, without its algorithm: what key identifiers and OCSP take the hash of. */
export function keyOctets({ publicKey }: CertificateReading): Buffer {
  const [, key] = readChildren(publicKey) ?? [];
  return key === undefined ? Buffer.alloc(0) : content(key).subarray(1);
}

/** The serial number as it is encoded. */
export function serialOctets({ root }: CertificateReading): Buffer {
  const [signed] = readChildren(root) ?? [];
  const serial = signed && readChildren(signed)?.find(({ tag }) => tag === tags.integer);
  if (serial === undefined) throw new TypeError("A certificate that was read has a serial number");
  return content(serial);
}

/** Whether two encoded numbers are the same, even where one has octets too many. */
export function isSameNumber(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(shortest(one), shortest(other)) === 0;
}

function shortest(octets: Uint8Array): Uint8Array {
  let start = 0;
  while (start + 1 < octets.length) {
    const [first = 0, second = 0] = octets.subarray(start, start + 2);
    if (!((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) break;
    start += 1;
  }
  return octets.subarray(start);
}

/** SHA-1 of a key's octets, as OCSP names a responder (RFC 6960 §4.2.1). It only finds the key; the signature proves it. */
export function responderKeyHash(reading: CertificateReading): Buffer {
  return createHash("sha1").update(keyOctets(reading)).digest();
}
