import "server-only";
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { AppError } from "@/lib/errors";
import { type KeyRing, keyRing } from "@/lib/secrets/keys";

/** A secret as it may lie in the database. */
export type Sealed = {
  /** Names the key without telling it, so that keys can be changed one row after the other. */
  keyId: string;
  /** Base64 of nonce, tag and ciphertext. */
  box: string;
};

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts with AES-256-GCM under the first key of the ring. `place` says where the result will lie, such as
 * "webhooks.secret:" and the row's id: moved to another place it cannot be opened.
 */
export function seal(secret: Uint8Array, place: string, [key]: KeyRing = keyRing()): Sealed {
  // Random nonces of 96 bits are safe for about four thousand million secrets under one key (NIST SP 800-38D §8.3).
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(place));
  const ciphertext = Buffer.concat([cipher.update(secret), cipher.final()]);
  return { keyId: keyIdOf(key), box: Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]).toString("base64") };
}

/**
 * Opens what `seal` made for the same place, with whichever key of the ring it was.
 * @throws AppError "unavailable" when the server has none of its key, or when the box was changed or moved
 */
export function unseal({ keyId, box }: Sealed, place: string, keys: KeyRing = keyRing()): Buffer {
  const key = keys.find((candidate) => keyIdOf(candidate) === keyId);
  if (key === undefined) throw new AppError("unavailable", otherKey(keyId, keys.map(keyIdOf)));
  const bytes = Buffer.from(box, "base64");
  try {
    const options = { authTagLength: TAG_BYTES };
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES), options);
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    throw new AppError("unavailable", "A secret in the database was changed after it was encrypted.", { cause });
  }
}

/** The first 8 bytes of the key's SHA-256, hex. */
export function keyIdOf(key: Buffer): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 16);
}

function otherKey(theirs: string, ours: string[]): string {
  return `A secret was encrypted with key ${theirs}, and this server has key ${ours.join(" and ")}. Set CERTSWEEP_ENCRYPTION_KEY, or CERTSWEEP_ENCRYPTION_KEY_PREVIOUS, to the former.`;
}
