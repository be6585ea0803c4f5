/** How an issuer makes certificates: it orders them by ACME (RFC 8555), or signs them with a CA that is kept here. */
export const ISSUER_KINDS = ["acme", "private_ca"] as const;
export type IssuerKind = (typeof ISSUER_KINDS)[number];

export const ISSUER_KIND_LABELS: Record<IssuerKind, string> = { acme: "ACME", private_ca: "Private CA" };

/** What an authority of a private CA is: its trust anchor, or one that the anchor certified. */
export const AUTHORITY_ROLES = ["root", "intermediate"] as const;
export type AuthorityRole = (typeof AUTHORITY_ROLES)[number];

/** The private keys that are made here, for certificates and for private CAs. The first one is offered first. */
export const KEY_ALGORITHMS = ["ec_p256", "rsa_2048", "rsa_3072", "rsa_4096"] as const;
export type KeyAlgorithm = (typeof KEY_ALGORITHMS)[number];

export const KEY_ALGORITHM_LABELS: Record<KeyAlgorithm, string> = {
  ec_p256: "EC P-256",
  rsa_2048: "RSA 2048",
  rsa_3072: "RSA 3072",
  rsa_4096: "RSA 4096",
};

/** How control of a name is shown to an ACME server (RFC 8555 §8). */
export const CHALLENGES = ["http-01", "dns-01"] as const;
export type Challenge = (typeof CHALLENGES)[number];

/** Characters of an issuer's name. */
export const ISSUER_NAME_LIMIT = 100;

/** An authority's revocations stay in its CRL and its OCSP answers for so many days after notAfter. */
export const LISTED_AFTER_EXPIRY_DAYS = 30;

/** For how long others may keep what a private CA publishes before they ask again: seconds. */
export const CERTIFICATE_MAX_AGE = 86_400;
export const OCSP_MAX_AGE = 60;
const LIST_MAX_AGE = 300;

/** Seconds for which a list may be kept, never beyond the moment until which it holds. */
export function listMaxAge({ crlNextUpdate }: { crlNextUpdate: Date }, now: Date): number {
  return Math.min(LIST_MAX_AGE, (crlNextUpdate.getTime() - now.getTime()) / 1_000);
}
