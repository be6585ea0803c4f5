import "server-only";
import { hash, verify } from "@node-rs/argon2";
import { isCommonPassword } from "@/lib/auth/common-passwords";
import { PASSWORD_MAX_BYTES, PASSWORD_MIN_CHARACTERS } from "@/lib/auth/rules";

/** argon2id (the library's default) with OWASP's parameters: 19 MiB, two passes, one lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const;

let decoy: Promise<string> | undefined;

/** argon2id in PHC format. Passwords are hashed in Unicode's NFKC, so that every keyboard types the same one. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize("NFKC"), PARAMETERS);
}

/** Takes the same time whether there is a hash or not, so that the clock does not say who is known. */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword("a password that nobody has");
  // No password is longer than the limit, and hashing a long one would cost whatever a stranger likes.
  const known = Buffer.byteLength(password) > PASSWORD_MAX_BYTES ? null : passwordHash;
  const matches = await verify(known ?? (await decoy), known === null ? "" : password.normalize("NFKC"));
  return matches && known !== null;
}

/** Why a new password is refused, as a sentence; null when it may be used. */
export function passwordProblem(password: string, email: string): string | null {
  if ([...password].length < PASSWORD_MIN_CHARACTERS) {
    return `A password needs at least ${PASSWORD_MIN_CHARACTERS} characters.`;
  }
  if (Buffer.byteLength(password) > PASSWORD_MAX_BYTES) {
    return `A password may have at most ${PASSWORD_MAX_BYTES.toLocaleString("en")} bytes.`;
  }
  if (password.toLowerCase().includes(email.toLowerCase())) return "A password must not contain the e-mail address.";
  if (isCommonPassword(password, email)) {
    return "This password is too easy to guess. Use several unrelated words, or let a password manager make one.";
  }
  return null;
}
