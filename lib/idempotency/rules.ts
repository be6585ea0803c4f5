/** For so long a request with the same key is told what the first one was told. */
export const IDEMPOTENCY_HOURS = 24;

/** A request that was not answered for so long has lost its server; the next one with its key is carried out. */
export const CLAIM_LIMIT_SECONDS = 120;

/** What a key may be: 1 to 255 visible ASCII characters. */
export const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** An answer that is kept. */
export type KeptReply = { status: number; body: string; location: string | null };

/** What a request with a key is to do. */
export type Claim =
  | { kind: "mine"; claimId: string }
  | { kind: "answered"; reply: KeptReply }
  /** The key belongs to another request. */
  | { kind: "other" }
  | { kind: "going_on" };
