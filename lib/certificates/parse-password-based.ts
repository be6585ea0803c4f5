import { Buffer } from "node:buffer";
import { createDecipheriv, pbkdf2 } from "node:crypto";
import { promisify } from "node:util";
import { content, type DerElement, readChildren, tags } from "./asn1-element";
import { readObjectIdentifier } from "./asn1-object-identifier";
import { type Refusal, refuse, refusePassword } from "./file-refusal";

/** Rounds of hashing that reading one file may still cost; taken from as it is read. */
export type Effort = { rounds: number };

/** Programs take up to some hundred thousand rounds; ten million are seconds of work for whoever sends a hostile file. */
export const MOST_ROUNDS = 10_000_000;

const PBES2 = "1.2.840.113549.1.5.13";
const PBKDF2 = "1.2.840.113549.1.5.12";
/** PKCS#5 version 1 and PKCS#12's own: RC2, RC4, DES and triple DES. */
const LEGACY = /^1\.2\.840\.113549\.1\.(?:5\.(?:1|3|4|6|10|11)|12\.1\.[1-6])$/;

const ciphers = new Map([
  ["2.16.840.1.101.3.4.1.2", { name: "aes-128-cbc", keyBytes: 16 }],
  ["2.16.840.1.101.3.4.1.22", { name: "aes-192-cbc", keyBytes: 24 }],
  ["2.16.840.1.101.3.4.1.42", { name: "aes-256-cbc", keyBytes: 32 }],
  ["1.2.840.113549.3.7", { name: "des-ede3-cbc", keyBytes: 24 }],
]);

const hashes = new Map([
  ["1.2.840.113549.2.7", "sha1"],
  ["1.2.840.113549.2.8", "sha224"],
  ["1.2.840.113549.2.9", "sha256"],
  ["1.2.840.113549.2.10", "sha384"],
  ["1.2.840.113549.2.11", "sha512"],
]);

const derive = promisify(pbkdf2);

/**
 * Opens a ciphertext of PKCS#5 v2 (RFC 8018 §6.2): PBKDF2, then AES or triple DES in CBC mode. `algorithm` is its
 * AlgorithmIdentifier. Never throws for any input.
 */
export async function decryptWithPassword(
  algorithm: DerElement,
  ciphertext: Buffer,
  { password, effort }: { password: string; effort: Effort },
): Promise<Buffer | Refusal> {
  const [scheme, parameters] = readChildren(algorithm) ?? [];
  const name = readObjectIdentifier(scheme);
  if (isLegacy(algorithm)) return refuseLegacy();
  const [derivation, encryption] = (name === PBES2 && parameters && readChildren(parameters)) || [];
  const wanted = derivation && readDerivation(derivation);
  const [cipherName, vector] = (encryption && readChildren(encryption)) ?? [];
  const cipher = ciphers.get(readObjectIdentifier(cipherName) ?? "");
  if (wanted === undefined || cipher === undefined || vector?.tag !== tags.octetString) return refuseUnknown();
  if (!spend(effort, wanted.rounds)) return refuseEffort();
  const key = await derive(password, wanted.salt, wanted.rounds, cipher.keyBytes, wanted.hash);
  try {
    const decipher = createDecipheriv(cipher.name, key, content(vector));
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  } catch {
    return refusePassword(password);
  }
}

/** Takes rounds from what is left, and answers whether there were enough. */
export function spend(effort: Effort, rounds: number): boolean {
  effort.rounds -= rounds;
  return effort.rounds >= 0;
}

export function readDerivation(element: DerElement): { salt: Buffer; rounds: number; hash: string } | undefined {
  const [name, parameters] = readChildren(element) ?? [];
  if (readObjectIdentifier(name) !== PBKDF2 || parameters === undefined) return undefined;
  const [salt, count, ...optional] = readChildren(parameters) ?? [];
  const [pseudorandom] = optional.flatMap((part) => (part.tag === tags.sequence ? (readChildren(part) ?? []) : []));
  // RFC 8018 §A.2: HMAC with SHA-1 where nothing is said.
  const hash = pseudorandom === undefined ? "sha1" : hashes.get(readObjectIdentifier(pseudorandom) ?? "");
  const rounds = readCount(count);
  if (salt?.tag !== tags.octetString || rounds === undefined || hash === undefined) return undefined;
  return { salt: content(salt), rounds, hash };
}

/** A positive INTEGER that fits into six octets. */
export function readCount(element: DerElement | undefined): number | undefined {
  if (element?.tag !== tags.integer) return undefined;
  const octets = content(element);
  if (octets.length === 0 || octets.length > 6) return undefined;
  const value = octets.readIntBE(0, octets.length);
  return value > 0 ? value : undefined;
}

export function refuseEffort(): Refusal {
  return refuse(
    "too_large",
    "Opening this file would take more than 10 million rounds of hashing. Export it again with fewer.",
  );
}

export function refuseUnknown(): Refusal {
  return refuse(
    "password",
    "This file is encrypted in a way that is not known here. Export it again with AES-256 and PBKDF2, as openssl does by itself.",
  );
}

/** Whether an AlgorithmIdentifier is one of those that OpenSSL itself opens only when asked to. */
export function isLegacy(algorithm: DerElement): boolean {
  const [scheme] = readChildren(algorithm) ?? [];
  return LEGACY.test(readObjectIdentifier(scheme) ?? "");
}

function refuseLegacy(): Refusal {
  return refuse(
    "legacy",
    "The private key in this file is encrypted in an old, weak way. Convert it with “openssl pkey -provider default -provider legacy -in FILE -aes256 -out new.pem”, and upload new.pem.",
  );
}
