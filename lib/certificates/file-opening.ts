import { readElement } from "./asn1-element";
import { recogniseStructure } from "./asn1-structure";
import type { CertificateGroup } from "./chain";
import { FILE_BYTES_LIMIT, FILE_TOO_LARGE, type Refusal, refuse, refusePrivateKey } from "./file-refusal";
import { type FileReading, readCertificateFile, readCertificateSet } from "./parse-file";
import { MOST_ROUNDS } from "./parse-password-based";
import { openPkcs12 } from "./parse-pkcs12";
import { type OpenedKey, openPrivateKey, type Unlocking } from "./parse-private-key";

export type OpenedReading = { kind: "opened"; groups: CertificateGroup[]; keys: OpenedKey[] } | Refusal;

const KEYS_LIMIT = 100;

/**
 * Reads an uploaded file or pasted text, PKCS#12 too, and opens its private keys, with the password where one is needed.
 * Never throws for any input.
 */
export async function openCertificateFile(bytes: Uint8Array, password: string): Promise<OpenedReading> {
  const unlocking = { password, effort: { rounds: MOST_ROUNDS } };
  const reading = await readAny(bytes, unlocking);
  if (reading.kind === "refused") return reading;
  if (reading.keys.length > KEYS_LIMIT) {
    return refusePrivateKey("and more than 99 others. Split it and upload the parts.");
  }
  const keys: OpenedKey[] = [];
  for (const found of reading.keys) {
    const key = await openPrivateKey(found, unlocking);
    if (key.kind === "refused") return key;
    keys.push(key);
  }
  return { kind: "opened", groups: reading.groups, keys };
}

async function readAny(bytes: Uint8Array, unlocking: Unlocking): Promise<FileReading> {
  if (bytes.length > FILE_BYTES_LIMIT) return refuse("too_large", FILE_TOO_LARGE);
  const root = bytes[0] === 0x30 ? readElement(bytes) : undefined;
  if (root === undefined || recogniseStructure(root) !== "pkcs12") return readCertificateFile(bytes);
  const opened = await openPkcs12(root, unlocking);
  if (opened.kind === "refused") return opened;
  const reading = readCertificateSet(opened.certificates);
  if (reading.kind === "refused") return reading;
  if (opened.certificates.length + opened.keys.length > 0) return { ...reading, keys: opened.keys };
  return refuse("not_a_certificate", "This PKCS#12 file is empty. Export it again with its certificate.");
}
