export const TOKEN_NAME_LIMIT = 100;

/** How long a token lives, in days of 24 hours. */
export const TOKEN_DAYS_MIN = 1;
export const TOKEN_DAYS_MAX = 365;
export const TOKEN_DAYS_DEFAULT = 90;

/** How many tokens that have not ended one person may have, and how many networks one token may be bound to. */
export const TOKENS_MAX = 50;
export const TOKEN_RANGES_MAX = 50;

/** A token that has ended is listed this long after, in days. */
export const ENDED_TOKEN_DAYS = 90;

export const TOKEN_STATES = ["active", "expired", "revoked"] as const;
export type TokenState = (typeof TOKEN_STATES)[number];

export const TOKEN_STATE_LABELS: Record<TokenState, string> = {
  active: "Active",
  expired: "Expired",
  revoked: "Revoked",
};

/** What a token is at `now`. It has expired from `expiresAt` on; one that was revoked stays revoked. */
export function tokenStateOf(token: { revokedAt: Date | null; expiresAt: Date }, now: Date): TokenState {
  if (token.revokedAt !== null) return "revoked";
  return token.expiresAt.getTime() <= now.getTime() ? "expired" : "active";
}

/** How a token is called in the records of what it did. */
export function tokenActorLabel({ name, email }: { name: string; email: string }): string {
  return `${name} (token of ${email})`;
}

/** What every token may ask: so many requests in a window that begins with the first one. */
export const RATE_LIMIT_REQUESTS = 1_200;
export const RATE_LIMIT_SECONDS = 300;
/** How stale the noted last use of a token may be, so that reading does not write with each request. */
export const TOKEN_USE_NOTED_SECONDS = 60;

/** Where a token stands in its window; the reset in whole seconds, rounded up. */
export type RateLimit = { limit: number; remaining: number; resetSeconds: number };

const POLICY_NAME = "default";

/** The headers of every answer to a token (IETF draft "RateLimit header fields for HTTP", as Cloudflare's API sends them). */
export function rateLimitHeaders({ limit, remaining, resetSeconds }: RateLimit): Record<string, string> {
  return {
    ratelimit: `"${POLICY_NAME}";r=${remaining};t=${resetSeconds}`,
    "ratelimit-policy": `"${POLICY_NAME}";q=${limit};w=${RATE_LIMIT_SECONDS}`,
  };
}
