import { type DerElement, readChildren, tags } from "./asn1-element";
import { readObjectIdentifier } from "./asn1-object-identifier";

/** What a DER file or block can turn out to be, told by its structure and not by its label. */
const STRUCTURES = [
  "certificate",
  "private_key",
  "certificate_request",
  "revocation_list",
  "public_key",
  "pkcs7",
  "pkcs12",
  "ocsp_response",
  "unknown",
] as const;
export type DerStructure = (typeof STRUCTURES)[number];

/** Recognises a structure by the tags of its first two levels. */
export function recogniseStructure(root: DerElement): DerStructure {
  const parts = root.tag === tags.sequence ? readChildren(root) : undefined;
  if (parts === undefined) return "unknown";
  const [first, second] = parts;
  if (first === undefined || second === undefined) return "unknown";
  switch (first.tag) {
    case tags.integer:
      return recogniseNumbered(parts);
    case tags.enumerated:
      return second.tag === 0xa0 ? "ocsp_response" : "unknown";
    case tags.objectIdentifier:
      return readObjectIdentifier(first)?.startsWith("1.2.840.113549.1.7.") ? "pkcs7" : "unknown";
    case tags.sequence:
      return recogniseNested(first, parts);
    default:
      return "unknown";
  }
}

/** Structures that begin with a number: PKCS#1, PKCS#8, SEC 1 and DSA private keys, PKCS#12, a bare RSA public key. */
function recogniseNumbered(parts: DerElement[]): DerStructure {
  const [, second, third] = parts;
  if (parts.every((part) => part.tag === tags.integer)) return parts.length >= 5 ? "private_key" : "public_key";
  // Multi-prime RSA keys end in a sequence.
  if (parts.slice(0, 9).every((part) => part.tag === tags.integer)) return "private_key";
  if (second?.tag === tags.octetString) return "private_key";
  if (second?.tag !== tags.sequence) return "unknown";
  if (third?.tag === tags.octetString) return "private_key";
  const [type] = readChildren(second) ?? [];
  return readObjectIdentifier(type)?.startsWith("1.2.840.113549.1.7.") ? "pkcs12" : "unknown";
}

function recogniseNested(first: DerElement, parts: DerElement[]): DerStructure {
  const inner = readChildren(first) ?? [];
  const [, second, third] = parts;
  const startsWithIdentifier = inner[0]?.tag === tags.objectIdentifier;
  if (startsWithIdentifier && second?.tag === tags.octetString) return "private_key";
  if (startsWithIdentifier && second?.tag === tags.bitString) return "public_key";
  if (second?.tag !== tags.sequence || third?.tag !== tags.bitString) return "unknown";
  return recogniseSigned(inner);
}

/** Certificate, request and revocation list are all: what is signed, algorithm, signature. */
function recogniseSigned(inner: DerElement[]): DerStructure {
  const unversioned = inner[0]?.tag === 0xa0 ? inner.slice(1) : inner;
  const { integer, sequence } = tags;
  const [a, b, c, d, e, f] = unversioned.map((element) => element.tag);
  if (a === integer && [b, c, d, e, f].every((tag) => tag === sequence)) return "certificate";
  if (a === integer && b === sequence && c === sequence && (d === undefined || d === 0xa0))
    return "certificate_request";
  const [algorithm, issuer, updated] = a === integer ? [b, c, d] : [a, b, c];
  const isTime = updated === tags.utcTime || updated === tags.generalizedTime;
  if (algorithm === sequence && issuer === sequence && isTime) return "revocation_list";
  return "unknown";
}
