import type { Buffer } from "node:buffer";
import { content, type DerElement, encoding, readChildren, readElement, tags } from "@/lib/certificates/asn1-element";
import { readObjectIdentifier } from "@/lib/certificates/asn1-object-identifier";

/** The certificate that somebody asks about, named by hashes of its issuer (RFC 6960 §4.1.1). */
export type CertId = {
  /** As it came, to be sent back. */
  der: Buffer;
  /** Null for a hash that nobody uses. */
  hash: "sha1" | "sha256" | "sha384" | "sha512" | null;
  nameHash: Buffer;
  keyHash: Buffer;
  /** Lower-case hex, two digits an octet, without zero octets in front; "" where it is not positive. */
  serialHex: string;
};

export type OcspRequest = { certIds: CertId[]; nonce: Buffer | null };

/** Certificates that one request may ask about. */
const MOST = 100;
/** RFC 9654 §2.1. */
const LONGEST_NONCE = 128;
const NONCE = "1.3.6.1.5.5.7.48.1.2";

const HASHES = new Map([
  ["1.3.14.3.2.26", "sha1"],
  ["2.16.840.1.101.3.4.2.1", "sha256"],
  ["2.16.840.1.101.3.4.2.2", "sha384"],
  ["2.16.840.1.101.3.4.2.3", "sha512"],
] as const);

/**
 * Reads an OCSPRequest, or answers null where it is malformed. A signature is passed over: everybody gets the same answer.
 * Never throws for any octets.
 */
export function readOcspRequest(octets: Uint8Array): OcspRequest | null {
  const root = readElement(octets);
  if (root?.tag !== tags.sequence || root.end !== octets.length) return null;
  const [body] = readChildren(root) ?? [];
  const parts = body?.tag === tags.sequence ? readChildren(body) : undefined;
  const list = parts?.find(({ tag }) => tag === tags.sequence);
  const asked = list && readChildren(list);
  if (asked === undefined || asked.length === 0 || asked.length > MOST) return null;
  const certIds = asked.map(readAsked);
  if (!certIds.every((certId) => certId !== null)) return null;
  const nonce = readNonce(parts?.find(({ tag }) => tag === 0xa2));
  return nonce === undefined ? null : { certIds, nonce };
}

function readAsked(request: DerElement): CertId | null {
  const [certId] = request.tag === tags.sequence ? (readChildren(request) ?? []) : [];
  const [algorithm, nameHash, keyHash, serial, ...rest] =
    certId?.tag === tags.sequence ? (readChildren(certId) ?? []) : [];
  if (certId === undefined || algorithm?.tag !== tags.sequence || rest.length > 0) return null;
  if (nameHash?.tag !== tags.octetString || keyHash?.tag !== tags.octetString) return null;
  if (serial?.tag !== tags.integer || serial.contentEnd === serial.contentStart) return null;
  const [type] = readChildren(algorithm) ?? [];
  const identifier = readObjectIdentifier(type);
  if (identifier === undefined) return null;
  const hash = [...HASHES].find(([known]) => known === identifier)?.[1] ?? null;
  const names = { nameHash: content(nameHash), keyHash: content(keyHash) };
  return { der: encoding(certId), hash, ...names, serialHex: serialOf(content(serial)) };
}

function serialOf(octets: Buffer): string {
  if ((octets[0] ?? 0) >= 0x80) return "";
  return octets.toString("hex").replace(/^(?:00)+/, "");
}

/** The extension as it came; null without one, undefined where the request's extensions cannot be read. */
function readNonce(wrapper: DerElement | undefined): Buffer | null | undefined {
  if (wrapper === undefined) return null;
  const [list] = readChildren(wrapper) ?? [];
  const extensions = list?.tag === tags.sequence ? readChildren(list) : undefined;
  if (extensions === undefined) return undefined;
  let nonce: Buffer | null = null;
  for (const extension of extensions) {
    const [type, ...values] = readChildren(extension) ?? [];
    const value = values.at(-1);
    const isNonce = readObjectIdentifier(type) === NONCE;
    if (value?.tag !== tags.octetString || (isNonce && nonce !== null)) return undefined;
    const isCritical = values.length > 1;
    // Something that must be understood, and is not.
    if (!isNonce && isCritical) return undefined;
    if (!isNonce) continue;
    if (!isSoundNonce(content(value))) return undefined;
    nonce = encoding(extension);
  }
  return nonce;
}

/** RFC 8954: an OCTET STRING. Older clients wrap nothing, and are answered alike. */
function isSoundNonce(value: Buffer): boolean {
  const inner = readElement(value);
  const isWrapped = inner?.tag === tags.octetString && inner.end === value.length;
  const length = isWrapped ? inner.contentEnd - inner.contentStart : value.length;
  return length >= 1 && length <= LONGEST_NONCE;
}
