import { Buffer } from "node:buffer";
import { type DerElement, readElement } from "./asn1-element";
import { recogniseStructure } from "./asn1-structure";
import { arrangeChains, type CertificateGroup, groupIntoChains } from "./chain";
import { holdsForeignKey, isKeyLabel } from "./file-private-key";
import { refuseFile, refuseLabel, refuseStructure } from "./file-recognition";
import {
  FILE_BLOCKS_LIMIT,
  FILE_BYTES_LIMIT,
  FILE_TOO_LARGE,
  type Place,
  type Refusal,
  refuse,
  refusePrivateKey,
  refuseUnreadable,
} from "./file-refusal";
import { decodeText } from "./file-text";
import { type CertificateReading, parseCertificate } from "./parse";
import { readPkcs7 } from "./parse-pkcs7";
import type { FoundKey } from "./parse-private-key";
import { formatPem, type PemBlock, readPem } from "./pem";

/** What a file holds: certificates with their chains, private keys, or both. */
export type FileReading = { kind: "certificates"; groups: CertificateGroup[]; keys: FoundKey[] } | Refusal;

/**
 * Reads one uploaded file or pasted text: PEM with any text around its blocks, DER, or PKCS#7 in either, told apart by
 * content. A file is taken whole
 * or refused whole: one bad block refuses it. Private keys stay closed. Never throws for any input and never repeats what stands in
 * the file.
 */
export function readCertificateFile(bytes: Uint8Array): FileReading {
  if (bytes.length > FILE_BYTES_LIMIT) return refuse("too_large", FILE_TOO_LARGE);
  const fromDer = readDerFile(bytes);
  if (fromDer !== undefined) return fromDer;
  const text = decodeText(bytes);
  if (holdsForeignKey(text)) return refusePrivateKey(FOREIGN_KEY);
  const pem = readPem(text, FILE_BLOCKS_LIMIT);
  switch (pem.kind) {
    case "too_many":
      return refuseCount();
    case "damaged":
      return refuseUnreadable({ block: pem.block, blocks: pem.blocks });
    case "blocks":
      return pem.blocks.length === 0 ? readBareBase64(bytes, text) : readBlocks(pem.blocks);
  }
}

const FOREIGN_KEY =
  "in a form that is not for certificates. Upload it as PEM: “BEGIN PRIVATE KEY”, “BEGIN RSA PRIVATE KEY” or “BEGIN EC PRIVATE KEY”.";
const MISLABELLED_KEY =
  "in a block that does not call it one. Correct its first and last line, or export it again as “BEGIN PRIVATE KEY”.";
const HIDDEN_KEY = "inside the block of a certificate. Put it into a block of its own.";

function refuseCount(): Refusal {
  return refuse("too_many_blocks", "This file holds more than 1,000 blocks. Split it and upload the parts.");
}

/** One DER certificate or several in a row; undefined when the bytes are not DER of any kind known here. */
function readDerFile(bytes: Uint8Array): FileReading | undefined {
  const first = readElement(bytes);
  if (first === undefined || recogniseStructure(first) === "unknown") return undefined;
  const blocks: PemBlock[] = [];
  let position = 0;
  while (position < bytes.length && !isPadding(bytes.subarray(position))) {
    const element = readElement(bytes, position);
    if (element === undefined) return refuseUnreadable({ block: blocks.length + 1, blocks: blocks.length + 1 });
    const octets = Buffer.from(bytes.buffer, bytes.byteOffset + position, element.end - position);
    blocks.push({ label: "CERTIFICATE", octets, pem: formatPem(octets), source: null });
    if (blocks.length > FILE_BLOCKS_LIMIT) return refuseCount();
    position = element.end;
  }
  return readBlocks(blocks);
}

/** Zeros and line ends, as tools and editors leave after the last octet. */
function isPadding(rest: Uint8Array): boolean {
  return rest.every((octet) => octet === 0 || octet === 0x0a || octet === 0x0d);
}

/** A certificate in base64 without its BEGIN and END lines, as some consoles show it. */
function readBareBase64(bytes: Uint8Array, text: string): FileReading {
  if (!/^[A-Za-z0-9+/= \t\r\n]+$/.test(text)) return refuseFile(bytes, text);
  const body = text.replace(/[ \t\r\n]+/g, "");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(body)) return refuseFile(bytes, text);
  return readDerFile(Buffer.from(body, "base64")) ?? refuseFile(bytes, text);
}

/** Reads certificates, each as DER, that stand in no order. */
export function readCertificateSet(certificates: Buffer[]): FileReading {
  const set = readMembers(certificates, { block: 1, blocks: 1 });
  return set.kind === "refused" ? set : { kind: "certificates", groups: arrangeChains(set.members), keys: [] };
}

function readBlocks(blocks: PemBlock[]): FileReading {
  const readings: CertificateReading[] = [];
  const keys: FoundKey[] = [];
  const hasKey = blocks.some((block) => isKeyLabel(block.label));
  let inOrder = true;
  for (const [index, block] of blocks.entries()) {
    // openssl writes the curve before the key, which names it too.
    if (hasKey && block.label === "EC PARAMETERS") continue;
    const reading = readBlock(block, { block: index + 1, blocks: blocks.length });
    if (reading.kind === "refused") return reading;
    if (reading.kind === "key") keys.push(reading.found);
    else if (reading.kind === "certificate") readings.push(reading);
    else {
      inOrder = false;
      readings.push(...reading.members);
    }
    if (readings.length > FILE_BLOCKS_LIMIT) return refuseCount();
  }
  return { kind: "certificates", groups: inOrder ? groupIntoChains(readings) : arrangeChains(readings), keys };
}

type Members = { kind: "set"; members: CertificateReading[] };
type BlockReading = CertificateReading | Members | { kind: "key"; found: FoundKey } | Refusal;

function readBlock({ label, octets, pem, source }: PemBlock, place: Place): BlockReading {
  const root = readElement(octets);
  const structure = root === undefined ? "unknown" : recogniseStructure(root);
  const isKey = structure === "private_key";
  if (isKey && source !== null && !isKeyLabel(label)) return refusePrivateKey(MISLABELLED_KEY);
  if (isKey || isKeyLabel(label)) return { kind: "key", found: { octets, pem: source } };
  if (structure === "pkcs7" && root !== undefined) return readBundle(root, place);
  if (structure !== "certificate" || root === undefined) {
    if (structure === "unknown" && root === undefined) return refuseLabel(label, place) ?? refuseUnreadable(place);
    if (structure !== "certificate") return refuseLabel(label, place) ?? refuseStructure(structure, place);
    return refuseUnreadable(place);
  }
  const rest = octets.subarray(root.end);
  const after = readElement(rest);
  if (after !== undefined && recogniseStructure(after) === "private_key") return refusePrivateKey(HIDDEN_KEY);
  const reading = parseCertificate(root, rest.length === 0 ? pem : formatPem(octets.subarray(0, root.end)), place);
  // A TRUSTED CERTIFICATE carries openssl's own settings after the certificate; they are left out without a word.
  if (rest.length > 0 && label !== "TRUSTED CERTIFICATE" && reading.kind === "certificate")
    reading.parsed.oddities.push("Something followed the certificate inside its block and was left out.");
  return reading;
}

function readBundle(root: DerElement, place: Place): Members | Refusal {
  const certificates = readPkcs7(root);
  if (certificates === undefined || certificates.length === 0) return refuseStructure("pkcs7", place);
  if (certificates.length > FILE_BLOCKS_LIMIT) return refuseCount();
  return readMembers(certificates, place);
}

function readMembers(certificates: Buffer[], place: Place): Members | Refusal {
  const members: CertificateReading[] = [];
  for (const der of certificates) {
    const root = readElement(der);
    if (root === undefined || recogniseStructure(root) !== "certificate") return refuseUnreadable(place);
    const reading = parseCertificate(root, formatPem(der), place);
    if (reading.kind === "refused") return reading;
    members.push(reading);
  }
  return { kind: "set", members };
}
