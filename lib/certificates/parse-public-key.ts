import { content, type DerElement, readChildren, readElement, tags } from "./asn1-element";
import { readObjectIdentifier } from "./asn1-object-identifier";
import { curves, hashNames, postQuantumNames, pssIdentifier, signatureAlgorithmNames } from "./parse-algorithm-names";

export type PublicKeyDescription = {
  /** "RSA", "EC P-256", "Ed25519", "ML-DSA-65"; "Unreadable (OID …)" for an algorithm without a name here. */
  algorithm: string;
  /** Bits; null where the algorithm's name says it all or the key cannot be read. */
  size: number | null;
};

const edwardsAndMontgomery = new Map([
  ["1.3.101.110", { algorithm: "X25519", size: 256 }],
  ["1.3.101.111", { algorithm: "X448", size: 448 }],
  ["1.3.101.112", { algorithm: "Ed25519", size: 256 }],
  ["1.3.101.113", { algorithm: "Ed448", size: 456 }],
]);

/** Describes a SubjectPublicKeyInfo from its octets alone, so that the answer does not depend on the runtime. */
export function describePublicKey(info: DerElement): PublicKeyDescription {
  const [algorithm, key] = readChildren(info) ?? [];
  const [type, parameters] = algorithm === undefined ? [] : (readChildren(algorithm) ?? []);
  const identifier = readObjectIdentifier(type);
  switch (identifier) {
    case undefined:
      return { algorithm: "Unreadable", size: null };
    case "1.2.840.113549.1.1.1":
      return { algorithm: "RSA", size: readModulusSize(key) };
    case pssIdentifier:
      return { algorithm: "RSA-PSS", size: readModulusSize(key) };
    case "1.2.840.10040.4.1":
      return { algorithm: "DSA", size: sizeOfFirstInteger(parameters) };
    case "1.2.840.10045.2.1":
      return describeCurve(parameters);
    default: {
      const postQuantum = postQuantumNames.get(identifier);
      if (postQuantum !== undefined) return { algorithm: postQuantum, size: null };
      return edwardsAndMontgomery.get(identifier) ?? { algorithm: `Unreadable (OID ${identifier})`, size: null };
    }
  }
}

function describeCurve(parameters: DerElement | undefined): PublicKeyDescription {
  const identifier = readObjectIdentifier(parameters);
  if (identifier === undefined) return { algorithm: "EC (explicit parameters)", size: null };
  const curve = curves.get(identifier);
  if (curve === undefined) return { algorithm: `EC (OID ${identifier})`, size: null };
  return { algorithm: `EC ${curve.name}`, size: curve.bits };
}

/** Bits of the modulus in an RSAPublicKey, which a BIT STRING wraps after one octet that counts unused bits. */
function readModulusSize(key: DerElement | undefined): number | null {
  if (key?.tag !== tags.bitString) return null;
  return sizeOfFirstInteger(readElement(key.source, key.contentStart + 1, key.contentEnd));
}

function sizeOfFirstInteger(sequence: DerElement | undefined): number | null {
  if (sequence?.tag !== tags.sequence) return null;
  const integer = readElement(sequence.source, sequence.contentStart, sequence.contentEnd);
  if (integer?.tag !== tags.integer) return null;
  const octets = content(integer);
  const leading = octets.findIndex((octet) => octet !== 0);
  if (leading === -1) return null;
  return (octets.length - leading) * 8 - (Math.clz32(octets[leading] ?? 0) - 24);
}

/** The signature algorithm's name in Cloudflare's manner ("SHA256WithRSA"), else its OID. */
export function nameSignatureAlgorithm(algorithm: DerElement): string {
  const [type, parameters] = readChildren(algorithm) ?? [];
  const identifier = readObjectIdentifier(type);
  if (identifier === undefined) return "Unreadable";
  if (identifier === pssIdentifier) return `${readPssHash(parameters)}WithRSAPSS`;
  return signatureAlgorithmNames.get(identifier) ?? postQuantumNames.get(identifier) ?? identifier;
}

/** RFC 4055 §3.1: the hash stands in [0]; when it is left out it is SHA-1. */
function readPssHash(parameters: DerElement | undefined): string {
  const [first] = parameters === undefined ? [] : (readChildren(parameters) ?? []);
  if (first?.tag !== 0xa0) return "SHA1";
  const [hash] = readChildren(first) ?? [];
  const [type] = hash === undefined ? [] : (readChildren(hash) ?? []);
  const identifier = readObjectIdentifier(type);
  return hashNames.get(identifier ?? "") ?? identifier ?? "Unreadable";
}
