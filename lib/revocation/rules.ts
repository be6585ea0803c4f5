/** Why a certificate is revoked: the reasons of RFC 5280 §5.3.1 that fit a certificate of a service and are final. */
export const REVOCATION_REASONS = [
  "unspecified",
  "keyCompromise",
  "affiliationChanged",
  "superseded",
  "cessationOfOperation",
  "privilegeWithdrawn",
] as const;
export type RevocationReason = (typeof REVOCATION_REASONS)[number];

export const REVOCATION_REASON_LABELS: Record<RevocationReason, string> = {
  unspecified: "Unspecified",
  keyCompromise: "Its private key may be known to others",
  affiliationChanged: "The names or the organisation have changed",
  superseded: "Another certificate has taken its place",
  cessationOfOperation: "The service has ended",
  privilegeWithdrawn: "The right to it was withdrawn",
};

/** CRLReason as numbers. */
export const REVOCATION_REASON_CODES: Record<RevocationReason, number> = {
  unspecified: 0,
  keyCompromise: 1,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  privilegeWithdrawn: 9,
};

/** Who says that a certificate is revoked: somebody here, which its CA confirmed, or its CA by itself. */
export const REVOCATION_ORIGINS = ["here", "ca"] as const;
export type RevocationOrigin = (typeof REVOCATION_ORIGINS)[number];

/** What a CA answered about a certificate; "failed" is no answer that can be trusted. */
export const CHECK_ANSWERS = ["good", "revoked", "unknown", "failed"] as const;
export type CheckAnswer = (typeof CHECK_ANSWERS)[number];

/** Where the answer is from. */
export const CHECK_SOURCES = ["ocsp", "crl"] as const;
export type CheckSource = (typeof CHECK_SOURCES)[number];

/** Bytes of a revocation list that are read. */
export const LIST_LIMIT_BYTES = 10_485_760;
