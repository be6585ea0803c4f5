import { Buffer } from "node:buffer";
import { createHmac, hash, timingSafeEqual } from "node:crypto";
import { setImmediate as breathe } from "node:timers/promises";
import { content, type DerElement, readChildren, tags } from "./asn1-element";
import { readObjectIdentifier } from "./asn1-object-identifier";
import { type Refusal, refusePassword } from "./file-refusal";
import { readCount, refuseEffort, refuseUnknown, spend } from "./parse-password-based";
import type { Unlocking } from "./parse-private-key";

const hashes = new Map([
  ["1.3.14.3.2.26", { name: "sha1", blockBytes: 64 }],
  ["2.16.840.1.101.3.4.2.4", { name: "sha224", blockBytes: 64 }],
  ["2.16.840.1.101.3.4.2.1", { name: "sha256", blockBytes: 64 }],
  ["2.16.840.1.101.3.4.2.2", { name: "sha384", blockBytes: 128 }],
  ["2.16.840.1.101.3.4.2.3", { name: "sha512", blockBytes: 128 }],
]);

/** These rounds are counted out by the program itself, while others wait. */
const MOST_ROUNDS_HERE = 1_000_000;
const ROUNDS_AT_ONCE = 20_000;

type MacHash = { name: string; blockBytes: number };
type Derivation = { hash: MacHash; salt: Buffer; rounds: number };

/** Compares a PKCS#12 file's own check with what it covers; null when the password is right and nothing was changed. */
export async function checkPkcs12(check: DerElement, covered: Buffer, unlocking: Unlocking): Promise<Refusal | null> {
  const { password, effort } = unlocking;
  const [digestInfo, saltElement, count] = readChildren(check) ?? [];
  const [algorithm, digest] = (digestInfo && readChildren(digestInfo)) ?? [];
  const [name] = (algorithm && readChildren(algorithm)) ?? [];
  const hash = hashes.get(readObjectIdentifier(name) ?? "");
  const rounds = count === undefined ? 1 : readCount(count);
  if (hash === undefined || rounds === undefined || digest?.tag !== tags.octetString) return refuseUnknown();
  if (saltElement?.tag !== tags.octetString) return refuseUnknown();
  const secrets = secretsOf(password);
  if (rounds > MOST_ROUNDS_HERE || !spend(effort, rounds * secrets.length)) return refuseEffort();
  for (const secret of secrets) {
    const key = await deriveKey(secret, { hash, salt: content(saltElement), rounds });
    const computed = createHmac(hash.name, key).update(covered).digest();
    const stated = content(digest);
    if (computed.length === stated.length && timingSafeEqual(computed, stated)) return null;
  }
  return refusePassword(password);
}

/** UTF-16 with a final NUL (RFC 7292 §B.1); programs disagree on whether no password has that NUL too. */
function secretsOf(password: string): Buffer[] {
  const written = Buffer.from(`${password}\0`, "utf16le").swap16();
  return password === "" ? [written, Buffer.alloc(0)] : [written];
}

/** The key of the check (RFC 7292 §B.2), which is never longer than one hash. */
async function deriveKey(secret: Buffer, { hash: { name, blockBytes }, salt, rounds }: Derivation): Promise<Buffer> {
  const purpose = Buffer.alloc(blockBytes, 3);
  let key = hash(name, Buffer.concat([purpose, fill(salt, blockBytes), fill(secret, blockBytes)]), "buffer");
  for (let round = 1; round < rounds; round += 1) {
    key = hash(name, key, "buffer");
    if (round % ROUNDS_AT_ONCE === 0) await breathe();
  }
  return key;
}

/** The octets over and over, up to whole blocks. */
function fill(octets: Buffer, blockBytes: number): Buffer {
  return Buffer.alloc(Math.ceil(octets.length / blockBytes) * blockBytes, octets);
}
