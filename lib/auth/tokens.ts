import "server-only";
import { createHash, randomBytes } from "node:crypto";

/** The secret of a one-time link: 32 random bytes. Only its hash is kept. */
export function newToken(): { token: string; tokenHash: string } {
  const token = randomBytes(32).toString("base64url");
  return { token, tokenHash: hashToken(token) };
}

/** SHA-256, hex. The token is random enough that no slow hash is needed. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
