/** What a caller can act on. Anything else that is thrown is a bug and surfaces once, logged whole. */
export const ERROR_CODES = [
  "invalid_input",
  "signed_out",
  "forbidden",
  "not_found",
  "conflict",
  "blocked",
  "too_many",
  "unavailable",
  "internal",
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** An expected failure with a sentence for people: what happened and what to do next. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
