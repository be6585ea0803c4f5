import "server-only";
import { type Permission, roleMay } from "@/lib/auth/rules";
import { mintTokenScope, type TokenScope } from "@/lib/auth/scope";
import { checkToken } from "@/lib/auth/token-check";
import { log } from "@/lib/log";
import { RATE_LIMIT_REQUESTS, type RateLimit } from "@/lib/tokens/rules";
import { isTokenText } from "@/lib/tokens/token-text";

/** What becomes of a request that should carry an API token. */
export type TokenAdmission =
  /** No token was sent. */
  | { kind: "nobody" }
  /** The headers do not say a token in a form that is understood. */
  | { kind: "malformed"; header: "authorization" | "x-auth-email" | "x-auth-key" }
  /** Mistyped, never made, expired, revoked, or its maker is no member any more. */
  | { kind: "unknown" }
  /** The token may not be used from this address. */
  | { kind: "elsewhere"; address: string }
  | { kind: "limited"; rateLimit: RateLimit; retryAfterSeconds: number }
  /** The role is too low. */
  | { kind: "refused"; scope: TokenScope; rateLimit: RateLimit }
  | { kind: "admitted"; scope: TokenScope; rateLimit: RateLimit };

type Sent = { headers: Pick<Headers, "get">; address: string };

/**
 * Which token is asking, and may it? Asked of the database with every request, in one statement that also counts the
 * request. `address` is clientAddress() of lib/http/request.ts.
 */
export async function admitToken({ headers, address }: Sent, can: Permission, now: Date): Promise<TokenAdmission> {
  const sent = readToken(headers);
  if (sent.kind !== "token") return sent;
  // A mistyped token costs no query.
  if (!isTokenText(sent.token)) return { kind: "unknown" };
  const check = await checkToken(sent.token, { address, now });
  if (check.kind !== "known") {
    log.info({ event: "api_token", outcome: check.kind, address }, "an API token was refused");
    return check.kind === "unknown" ? check : { ...check, address };
  }
  const { bearer, count, resetSeconds } = check;
  const remaining = Math.max(0, RATE_LIMIT_REQUESTS - count);
  const rateLimit = { limit: RATE_LIMIT_REQUESTS, remaining, resetSeconds };
  if (count > RATE_LIMIT_REQUESTS) return { kind: "limited", rateLimit, retryAfterSeconds: resetSeconds };
  const scope = mintTokenScope(bearer);
  return { kind: roleMay(scope.role, can) ? "admitted" : "refused", scope, rateLimit };
}

/** RFC 6750 §2.1; the scheme in any case (RFC 9110 §11.1). */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

/**
 * The token of `Authorization: Bearer`, else that of `X-Auth-Key`, which Cloudflare's clients send with an `X-Auth-Email`.
 * The e-mail address has to be there and is not looked at: the token alone says who it is.
 */
function readToken(headers: Sent["headers"]): Extract<TokenAdmission, { kind: "nobody" | "malformed" }> | Token {
  const authorization = headers.get("authorization");
  if (authorization !== null) {
    const token = BEARER.exec(authorization)?.[1];
    return token === undefined ? { kind: "malformed", header: "authorization" } : { kind: "token", token };
  }
  const [key, email] = [headers.get("x-auth-key"), headers.get("x-auth-email")];
  if (key === null && email === null) return { kind: "nobody" };
  if (email === null || !email.includes("@")) return { kind: "malformed", header: "x-auth-email" };
  if (key === null || !/^[\x21-\x7e]+$/.test(key)) return { kind: "malformed", header: "x-auth-key" };
  return { kind: "token", token: key };
}

type Token = { kind: "token"; token: string };
