export type IssuerFailureKind = "rejected" | "unreachable" | "throttled" | "credentials" | "blocked";

/**
 * What went wrong at an issuer, as a sentence without secrets: it said no, did not answer, wants less to be asked, does
 * not know the account, or is at an address that is not connected to.
 */
export class IssuerError extends Error {
  override readonly name: string = "IssuerError";
  readonly kind: IssuerFailureKind;
  /** How long the issuer asked to be left alone; null where it did not say. */
  readonly retryAfterMs: number | null;

  constructor(kind: IssuerFailureKind, sentence: string, retryAfterMs: number | null = null) {
    super(sentence);
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}
