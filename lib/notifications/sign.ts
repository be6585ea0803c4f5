import "server-only";
import { createHmac, randomBytes } from "node:crypto";

/** The key of a webhook's signatures as its receiver gets it: 32 random bytes in base64url, used as this very text. */
export function newWebhookSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** "t=1763800000,v1=…": HMAC-SHA256 in hex over the seconds, a full stop and the body. The time makes old ones useless. */
export function signatureOf(body: string, secret: string, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1_000);
  const mac = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  return `t=${seconds},v1=${mac}`;
}
