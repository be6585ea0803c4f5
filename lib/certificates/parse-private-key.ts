import { Buffer } from "node:buffer";
import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify, X509Certificate } from "node:crypto";
import { promisify } from "node:util";
import { content, readChildren, readElement, tags } from "./asn1-element";
import { type Refusal, refusePassword, refusePrivateKey } from "./file-refusal";
import { decryptWithPassword, type Effort } from "./parse-password-based";

/** A private key as it stands in a file, perhaps behind a password. */
export type FoundKey = {
  /** Its DER; or ciphertext when `pem` has the headers of OpenSSL's old encryption. */
  octets: Buffer;
  /** The block as it came, when there was one. */
  pem: string | null;
};

export type OpenedKey = {
  kind: "key";
  key: KeyObject;
  /** SHA-256 of the public half's SubjectPublicKeyInfo, lower-case hex. */
  publicKeyHash: string;
};

export type Unlocking = { password: string; effort: Effort };

const KINDS = ["rsa", "rsa-pss", "ec", "ed25519", "ed448"];
// OpenSSL verifies no longer ones; signing once with this much takes a second.
const longestModulus = 16_384;

// Under no other label: what openssl would do with those is not bounded here.
const OLD_ENCRYPTION = /^-----BEGIN (?:RSA|EC) PRIVATE KEY-----\s{1,8}Proc-Type:[ \t]*4,ENCRYPTED/;

const signAside = promisify(sign);
const UNUSABLE =
  "that cannot be read or used. Export it again, as PEM: “BEGIN PRIVATE KEY”, “BEGIN RSA PRIVATE KEY” or “BEGIN EC PRIVATE KEY”.";

/** Opens a key, with the password where it needs one, and tries that its two halves belong together. Never throws for any input. */
export async function openPrivateKey(found: FoundKey, unlocking: Unlocking): Promise<OpenedKey | Refusal> {
  const key = await readKey(found, unlocking);
  if ("reason" in key) return key;
  if (!KINDS.includes(key.asymmetricKeyType ?? "")) {
    return refusePrivateKey("of a kind that no certificate here can have. RSA, EC and Ed25519 keys are taken.");
  }
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) > longestModulus) return refusePrivateKey(UNUSABLE);
  const publicKey = createPublicKey(key);
  if (!(await signsFor(key, publicKey))) return refusePrivateKey(UNUSABLE);
  return { kind: "key", key, publicKeyHash: hash("sha256", publicKey.export({ type: "spki", format: "der" })) };
}

/** Whether the key is the one of a certificate, given as DER or PEM. */
export function fitsCertificate({ key }: OpenedKey, certificate: Buffer): boolean {
  return new X509Certificate(certificate).checkPrivateKey(key);
}

/** PKCS#8, unencrypted: the one form in which keys are kept. Wipe it after use. */
export function exportPrivateKey({ key }: OpenedKey): Buffer {
  return key.export({ type: "pkcs8", format: "der" });
}

/** A damaged or forged key can carry another one's public half, which is all that a comparison looks at. */
async function signsFor(privateKey: KeyObject, publicKey: KeyObject): Promise<boolean> {
  const digest = privateKey.asymmetricKeyType?.startsWith("ed") ? null : "sha256";
  const text = Buffer.from("Certsweep");
  try {
    return verify(digest, text, publicKey, await signAside(digest, text, privateKey));
  } catch {
    return false;
  }
}

async function readKey({ octets, pem }: FoundKey, { password, effort }: Unlocking): Promise<KeyObject | Refusal> {
  if (pem !== null && OLD_ENCRYPTION.test(pem)) return readOldEncryption(pem, password);
  const root = readElement(octets);
  const [first, second] = (root && readChildren(root)) ?? [];
  if (first?.tag === tags.sequence && second?.tag === tags.octetString) {
    const opened = await decryptWithPassword(first, content(second), { password, effort });
    if (!Buffer.isBuffer(opened)) return opened;
    const key = readDer(opened, "pkcs8");
    // One wrong password in 256 gives something of the right form but for its content.
    return "reason" in key ? refusePassword(password) : key;
  }
  if (second?.tag === tags.sequence) return readDer(octets, "pkcs8");
  return readDer(octets, second?.tag === tags.octetString ? "sec1" : "pkcs1");
}

function readDer(key: Buffer, type: "pkcs8" | "pkcs1" | "sec1"): KeyObject | Refusal {
  try {
    return createPrivateKey({ key, format: "der", type });
  } catch {
    return refusePrivateKey(UNUSABLE);
  }
}

/** OpenSSL's encryption of before PKCS#8, told by its headers: a password hashed once with MD5. */
function readOldEncryption(pem: string, password: string): KeyObject | Refusal {
  if (password === "") return refusePassword(password);
  try {
    return createPrivateKey({ key: pem, format: "pem", passphrase: password });
  } catch {
    return refusePassword(password);
  }
}
