import { Buffer } from "node:buffer";
import { type DerElement, encoding, readChildren, readElement, tags } from "./asn1-element";
import { readObjectIdentifier } from "./asn1-object-identifier";
import { type Refusal, refuse, refuseUnreadable } from "./file-refusal";
import { contentTypes, octetsOf, readContentInfo } from "./parse-content-info";
import { decryptWithPassword, isLegacy } from "./parse-password-based";
import { checkPkcs12 } from "./parse-pkcs12-check";
import type { FoundKey, Unlocking } from "./parse-private-key";

/** Certificates as DER, and private keys, which may need the same password once more. */
export type Pkcs12Content = { kind: "content"; certificates: Buffer[]; keys: FoundKey[] };

/** RFC 7292 appendix D. */
const bagTypes = {
  key: "1.2.840.113549.1.12.10.1.1",
  shroudedKey: "1.2.840.113549.1.12.10.1.2",
  certificate: "1.2.840.113549.1.12.10.1.3",
  bags: "1.2.840.113549.1.12.10.1.6",
} as const;
const X509_CERTIFICATE = "1.2.840.113549.1.9.22.1";

const BAGS_LIMIT = 1_000;
const NESTING_LIMIT = 4;

const DAMAGED = refuseUnreadable({ block: 1, blocks: 1 });
const LEGACY = refuse(
  "legacy",
  "This PKCS#12 file is encrypted in an old, weak way. Convert it with “openssl pkcs12 -legacy -in FILE -out both.pem” and then “openssl pkcs12 -export -in both.pem -out new.p12”, and upload new.p12.",
);

/** Opens a PKCS#12 file (RFC 7292) and checks that it is whole. Never throws for any input. */
export async function openPkcs12(root: DerElement, unlocking: Unlocking): Promise<Pkcs12Content | Refusal> {
  const [, wrapped, check] = readChildren(root) ?? [];
  const info = readContentInfo(wrapped);
  // The other form is signed instead of protected by a password; no program makes it.
  const safes = info?.type === contentTypes.data ? octetsOf(info.inner) : undefined;
  if (safes === undefined) return DAMAGED;
  const opened = await openSafes(safes, unlocking);
  if (opened.kind === "refused" && opened.reason !== "password" && opened.reason !== "unreadable_block") return opened;
  // With a wrong password whatever else was found out means nothing.
  const problem = check === undefined ? null : await checkPkcs12(check, safes, unlocking);
  return problem ?? opened;
}

async function openSafes(safes: Buffer, unlocking: Unlocking): Promise<Pkcs12Content | Refusal> {
  const root = readElement(safes);
  const parts = root && readChildren(root);
  if (parts === undefined) return DAMAGED;
  const found: Pkcs12Content = { kind: "content", certificates: [], keys: [] };
  for (const part of parts) {
    const bags = await openSafe(part, unlocking);
    if (!Buffer.isBuffer(bags)) return bags;
    const problem = takeBags(readElement(bags), found, 0);
    if (problem !== null) return problem;
  }
  return found;
}

async function openSafe(part: DerElement, unlocking: Unlocking): Promise<Buffer | Refusal> {
  const info = readContentInfo(part);
  if (info?.type === contentTypes.data) return octetsOf(info.inner) ?? DAMAGED;
  const [, encrypted] = (info?.type === contentTypes.encryptedData && readChildren(info.inner)) || [];
  const [, algorithm, box] = (encrypted && readChildren(encrypted)) ?? [];
  const ciphertext = box && octetsOf(box);
  if (algorithm === undefined || ciphertext === undefined) return DAMAGED;
  return isLegacy(algorithm) ? LEGACY : await decryptWithPassword(algorithm, ciphertext, unlocking);
}

/** Adds what a list of bags holds to what was found; whatever is neither certificate nor private key is left out. */
function takeBags(list: DerElement | undefined, found: Pkcs12Content, depth: number): Refusal | null {
  const bags = list?.tag === tags.sequence ? readChildren(list) : undefined;
  if (bags === undefined || depth > NESTING_LIMIT) return DAMAGED;
  for (const bag of bags) {
    const info = readContentInfo(bag);
    if (info === undefined) return DAMAGED;
    const problem = takeBag(info, found, depth);
    if (problem !== null) return problem;
    if (found.certificates.length + found.keys.length > BAGS_LIMIT) return refuse("too_many_blocks", TOO_MANY);
  }
  return null;
}

const TOO_MANY = "This file holds more than 1,000 certificates and keys. Split it and upload the parts.";

function takeBag(bag: { type: string; inner: DerElement }, found: Pkcs12Content, depth: number): Refusal | null {
  const { type, inner } = bag;
  switch (type) {
    case bagTypes.bags:
      return takeBags(inner, found, depth + 1);
    case bagTypes.key:
    case bagTypes.shroudedKey: {
      const [algorithm] = readChildren(inner) ?? [];
      if (type === bagTypes.shroudedKey && algorithm !== undefined && isLegacy(algorithm)) return LEGACY;
      found.keys.push({ octets: encoding(inner), pem: null });
      return null;
    }
    case bagTypes.certificate: {
      const [kind, wrapper] = readChildren(inner) ?? [];
      const [box] = (wrapper && readChildren(wrapper)) ?? [];
      const der = box && octetsOf(box);
      if (der === undefined) return DAMAGED;
      if (readObjectIdentifier(kind) === X509_CERTIFICATE) found.certificates.push(der);
      return null;
    }
  }
  return null;
}
