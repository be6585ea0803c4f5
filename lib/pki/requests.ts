import type { Buffer } from "node:buffer";
import { createPrivateKey, createPublicKey, type KeyObject, verify } from "node:crypto";
import { content, type DerElement, encoding, readChildren, readElement, tags } from "@/lib/certificates/asn1-element";
import { readObjectIdentifier } from "@/lib/certificates/asn1-object-identifier";
import { hasShortestHeader } from "@/lib/certificates/asn1-strict";
import { readDistinguishedName } from "@/lib/certificates/distinguished-name";
import type { ExtensionFacts } from "@/lib/certificates/parse-extension-values";
import { readExtensions } from "@/lib/certificates/parse-extensions";
import { describePublicKey } from "@/lib/certificates/parse-public-key";
import { readPem } from "@/lib/certificates/pem";
import { NAMES_MAX } from "@/lib/orders/rules";
import { explicit, integer, objectIdentifier, sequence, setOf } from "./der";
import { alternativeNames, extension, signed, subjectName } from "./fields";
import { judgeKey, publicKeyInfo } from "./keys";
import { COMMON_NAME_LIMIT, readName, readNames } from "./names";
import { pemText } from "./text";

const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
const LONGEST = 100_000;

/** PKCS#10 in PEM (64 columns, final newline) and DER, signed with the private key (PKCS#8 PEM). */
export function makeRequest(order: { privateKeyPem: string; names: readonly string[]; commonName: string | null }): {
  pem: string;
  der: Buffer;
} {
  const key = createPrivateKey(order.privateKeyPem);
  const read = readNames(order.names);
  if ("sentence" in read) throw new Error("a request was to be made for names that were not read before");
  const extensions = sequence(extension("2.5.29.17", alternativeNames(read.names), order.commonName === null));
  const info = sequence(
    integer(0),
    subjectName({ commonName: order.commonName }),
    publicKeyInfo(key),
    explicit(0, sequence(objectIdentifier(EXTENSION_REQUEST), setOf(extensions))),
  );
  const der = signed(info, key);
  return { pem: requestPem(der), der };
}

/** 64 columns, with a final newline. */
export function requestPem(der: Buffer): string {
  return pemText("CERTIFICATE REQUEST", der);
}

/** What a certificate is asked for. Names are in the form of `readNames`, the common name first where it is one of them. */
export type CertificateRequest = {
  der: Buffer;
  names: string[];
  /** One of the names, as it would stand in the subject. */
  commonName: string | null;
  /** "RSA 2048", "EC P-256". */
  keyAlgorithm: string;
  /** SubjectPublicKeyInfo in DER. */
  publicKey: Buffer;
};

/** Reads a pasted request: PEM with any text around its one block. Never throws for any input. */
export function readRequest(pem: string): CertificateRequest | { sentence: string } {
  if (pem.length > LONGEST) return { sentence: "This is too long to be a certificate request." };
  const reading = readPem(pem, 10);
  if (reading.kind !== "blocks") return { sentence: "The request is damaged or cut short. Copy it again." };
  const [block, ...others] = reading.blocks;
  if (block === undefined || others.length > 0 || !/^(NEW )?CERTIFICATE REQUEST$/.test(block.label))
    return { sentence: "Paste one certificate request: “BEGIN CERTIFICATE REQUEST”." };
  return openRequest(block.octets);
}

/**
 * Reads a request in DER. Its signature must be made with the key that it asks a certificate for, and the key must be
 * one that is taken. A common name that is a DNS name or address counts as one of the names, any other is passed over.
 */
export function openRequest(der: Buffer): CertificateRequest | { sentence: string } {
  const parts = readParts(der);
  if (parts === null) return { sentence: "The request is damaged or cut short. Copy it again." };
  const key = readKey(parts.publicKey);
  if (key === null) return { sentence: "The key in the request cannot be read. Make the request again." };
  const judged = judgeKey(key);
  if ("sentence" in judged) return judged;
  // The runtime also names a curve of which the request spells out every parameter.
  if (!judged.name.startsWith(describePublicKey(parts.publicKey).algorithm))
    return { sentence: "Its key spells out its curve instead of naming it. Make one on P-256, P-384 or P-521." };
  if (!hasOwnSignature(parts, key))
    return { sentence: "The request is not signed with its own key by RSA or ECDSA with SHA-2. Make it again." };
  const facts = readAskedFor(parts.attributes);
  if (facts === null) return { sentence: "What the request asks for cannot be read. Make it again." };
  if (facts.isCa || facts.keyUsage.some((usage) => usage === "keyCertSign" || usage === "cRLSign"))
    return {
      sentence: "The request asks for a certificate authority. Only servers and clients get certificates here.",
    };
  if (facts.sans.some(({ kind }) => kind !== "dns" && kind !== "ip"))
    return { sentence: "The request asks for names that are neither DNS names nor IP addresses." };
  const { commonName } = readDistinguishedName(parts.subject);
  const asName = commonName === null ? null : readName(commonName);
  const inSubject = asName === null || "sentence" in asName ? null : asName.value;
  const asked = facts.sans.map(({ value }) => value);
  if (inSubject === null && asked.length === 0)
    return { sentence: "The request names no host or address. Make it with subject alternative names." };
  if (asked.length > NAMES_MAX) return { sentence: `A certificate has at most ${NAMES_MAX} names.` };
  const read = readNames(inSubject === null ? asked : [inSubject, ...asked]);
  if ("sentence" in read) return read;
  return {
    der,
    names: read.names.map(({ value }) => value),
    commonName: inSubject !== null && inSubject.length <= COMMON_NAME_LIMIT ? inSubject : null,
    keyAlgorithm: judged.name,
    publicKey: publicKeyInfo(key),
  };
}

type Parts = {
  info: DerElement;
  subject: DerElement;
  publicKey: DerElement;
  attributes: DerElement | undefined;
  algorithm: DerElement;
  signature: DerElement;
};

/** The parts of a CertificationRequest (RFC 2986 §4), or null when one is missing or something follows. */
function readParts(der: Buffer): Parts | null {
  const root = readElement(der);
  if (root?.tag !== tags.sequence || root.end !== der.length || !hasShortestHeader(root)) return null;
  const [info, algorithm, signature, ...rest] = readChildren(root) ?? [];
  if (!info || algorithm?.tag !== tags.sequence || signature?.tag !== tags.bitString || rest.length > 0) return null;
  const [version, subject, publicKey, attributes] = readChildren(info) ?? [];
  if (version?.tag !== tags.integer || subject?.tag !== tags.sequence || publicKey?.tag !== tags.sequence) return null;
  if (attributes !== undefined && attributes.tag !== 0xa0) return null;
  return { info, subject, publicKey, attributes, algorithm, signature };
}

function readKey(info: DerElement): KeyObject | null {
  try {
    return createPublicKey({ key: encoding(info), format: "der", type: "spki" });
  } catch {
    return null;
  }
}

const HASHES = new Map([
  ["1.2.840.113549.1.1.11", { hash: "sha256", type: "rsa" }],
  ["1.2.840.113549.1.1.12", { hash: "sha384", type: "rsa" }],
  ["1.2.840.113549.1.1.13", { hash: "sha512", type: "rsa" }],
  ["1.2.840.10045.4.3.2", { hash: "sha256", type: "ec" }],
  ["1.2.840.10045.4.3.3", { hash: "sha384", type: "ec" }],
  ["1.2.840.10045.4.3.4", { hash: "sha512", type: "ec" }],
]);

function hasOwnSignature({ info, algorithm, signature }: Parts, key: KeyObject): boolean {
  const [type] = readChildren(algorithm) ?? [];
  const known = HASHES.get(readObjectIdentifier(type) ?? "");
  if (known === undefined || known.type !== key.asymmetricKeyType || content(signature)[0] !== 0) return false;
  return verify(known.hash, encoding(info), key, content(signature).subarray(1));
}

/** The extensions that the request asks for; null when they cannot be read. */
function readAskedFor(attributes: DerElement | undefined): ExtensionFacts | null {
  const oddities = new Set<string>();
  let asked: DerElement | undefined;
  for (const attribute of (attributes && readChildren(attributes)) ?? []) {
    const [type, values] = readChildren(attribute) ?? [];
    if (readObjectIdentifier(type) !== EXTENSION_REQUEST) continue;
    if (asked !== undefined || values?.tag !== tags.set) return null;
    asked = values;
  }
  const facts = readExtensions(asked, oddities);
  return oddities.size > 0 ? null : facts;
}
