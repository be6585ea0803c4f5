import { ECDH } from "node:crypto";
import { content, type DerElement, readElement, tags } from "./asn1-element";
import { readObjectIdentifier } from "./asn1-object-identifier";
import {
  hasShortestHeader,
  isOctetAligned,
  isSoundString,
  isStrictIdentifier,
  isStrictInteger,
  readStrictChildren,
} from "./asn1-strict";

const version = 0xa0;
const extensions = 0xa3;
const nothing = 0x05;

/**
 * Whether a certificate is of the form that nearly all have, of which openssl is known to open every one and to read its
 * key: strict DER, plain names, an RSA key or one on a NIST curve. Opening one with openssl takes longer than all other reading
 * together, so it is asked only about the others. False says nothing but that it must be asked.
 */
export function hasOrdinaryForm(root: DerElement): boolean {
  if (!hasShortestHeader(root)) return false;
  const [signed, algorithm, signature, ...rest] = readStrictChildren(root, tags.sequence) ?? [];
  if (rest.length > 0 || !isAlgorithm(algorithm) || !isOctetAligned(signature)) return false;
  const fields = readStrictChildren(signed, tags.sequence) ?? [];
  if (fields[0]?.tag === version && !isVersion(fields.shift())) return false;
  const [serial, signedAlgorithm, issuer, validity, subject, key, wrapper, ...more] = fields;
  return (
    more.length === 0 &&
    isStrictInteger(serial) &&
    isAlgorithm(signedAlgorithm) &&
    isName(issuer) &&
    isValidity(validity) &&
    isName(subject) &&
    (wrapper === undefined || isExtensions(wrapper)) &&
    isKey(key)
  );
}

function isVersion(element: DerElement | undefined): boolean {
  const [number, ...rest] = readStrictChildren(element, version) ?? [];
  return rest.length === 0 && isStrictInteger(number);
}

/** An identifier with the parameters that RSA and ECDSA signatures have: NULL or none. */
function isAlgorithm(element: DerElement | undefined): boolean {
  const [identifier, parameters, ...rest] = readStrictChildren(element, tags.sequence) ?? [];
  return rest.length === 0 && isStrictIdentifier(identifier) && (parameters === undefined || isNothing(parameters));
}

function isNothing(element: DerElement | undefined): boolean {
  return element?.tag === nothing && element.contentEnd === element.contentStart;
}

/** The content of the two moments is looked at where they are read. */
function isValidity(element: DerElement | undefined): boolean {
  const moments = readStrictChildren(element, tags.sequence);
  return moments?.length === 2 && moments.every(({ tag }) => tag === tags.utcTime || tag === tags.generalizedTime);
}

function isName(element: DerElement | undefined): boolean {
  const sets = readStrictChildren(element, tags.sequence);
  return sets?.every((set) => readStrictChildren(set, tags.set)?.every(isAttribute) ?? false) ?? false;
}

function isAttribute(element: DerElement): boolean {
  const [type, value, ...rest] = readStrictChildren(element, tags.sequence) ?? [];
  return rest.length === 0 && isStrictIdentifier(type) && isSoundString(value);
}

function isExtensions(wrapper: DerElement): boolean {
  const [list, ...rest] = readStrictChildren(wrapper, extensions) ?? [];
  return rest.length === 0 && (readStrictChildren(list, tags.sequence)?.every(isExtension) ?? false);
}

function isExtension(element: DerElement): boolean {
  const parts = readStrictChildren(element, tags.sequence) ?? [];
  const [identifier, flag] = parts;
  if (parts.length === 3 && (flag?.tag !== tags.boolean || content(flag).length !== 1)) return false;
  return (
    (parts.length === 2 || parts.length === 3) &&
    isStrictIdentifier(identifier) &&
    parts.at(-1)?.tag === tags.octetString
  );
}

function isKey(element: DerElement | undefined): boolean {
  const [algorithm, key, ...rest] = readStrictChildren(element, tags.sequence) ?? [];
  const [type, parameters, ...more] = readStrictChildren(algorithm, tags.sequence) ?? [];
  if (rest.length > 0 || more.length > 0 || !isOctetAligned(key)) return false;
  switch (readObjectIdentifier(type)) {
    case "1.2.840.113549.1.1.1":
      return isNothing(parameters) && isRsaKey(key);
    case "1.2.840.10045.2.1":
      return isPoint(readObjectIdentifier(parameters), content(key).subarray(1));
    default:
      return false;
  }
}

const mostModulusOctets = 16_384 / 8 + 1;

function isRsaKey({ source, contentStart, contentEnd }: DerElement): boolean {
  const sequence = readElement(source, contentStart + 1, contentEnd);
  if (sequence === undefined || !hasShortestHeader(sequence) || sequence.end !== contentEnd) return false;
  const numbers = readStrictChildren(sequence, tags.sequence) ?? [];
  return numbers.length === 2 && numbers.every((number) => isStrictInteger(number) && isPositive(content(number)));
}

function isPositive(octets: Uint8Array): boolean {
  const [first = 0] = octets;
  return first < 0x80 && octets.length <= mostModulusOctets && octets.some((octet) => octet !== 0);
}

const curves = new Map([
  ["1.2.840.10045.3.1.7", { name: "prime256v1", length: 65 }],
  ["1.3.132.0.34", { name: "secp384r1", length: 97 }],
  ["1.3.132.0.35", { name: "secp521r1", length: 133 }],
]);

/** Whether a point is written whole and lies on its curve. */
function isPoint(identifier: string | undefined, octets: Uint8Array): boolean {
  const curve = curves.get(identifier ?? "");
  if (curve === undefined || octets.length !== curve.length || octets[0] !== 0x04) return false;
  try {
    ECDH.convertKey(octets, curve.name);
    return true;
  } catch {
    return false;
  }
}
