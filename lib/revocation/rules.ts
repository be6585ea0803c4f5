import type { Source, Status } from "@/lib/certificates/rules";
import { retryAt } from "@/lib/syncs/rules";

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

/** How long somebody who asks waits for the CA; after that it goes on without them. */
export const ASKED_PATIENCE_MS = 8_000;
/** A CA that has not answered after this long is given up until the next attempt. */
export const ATTEMPT_TIMEOUT_MS = 60_000;
/** Whoever works at a revocation has it for this long; then its server is taken for dead. Longer than any attempt. */
export const LEASE_MS = 120_000;
/** Revocations that one server works at at the same time. */
export const REVOCATIONS_AT_ONCE = 4;

/** What went wrong at the CA: as the kinds of IssuerError. */
export type Setback = {
  kind: "rejected" | "credentials" | "throttled" | "unreachable" | "blocked";
  retryAfterMs: number | null;
};

/**
 * When a revocation whose nth attempt failed at `now` is tried again; null when it is not by itself, since the CA said no
 * and asking it the same once more changes nothing.
 */
export function nextAttemptAt({ kind, retryAfterMs }: Setback, attempts: number, now: Date): Date | null {
  switch (kind) {
    case "rejected":
      return null;
    case "credentials":
    case "blocked":
      return retryAt({ isSlow: true, retryAfterMs }, attempts, now);
    case "throttled":
    case "unreachable":
      return retryAt({ isSlow: false, retryAfterMs }, attempts, now);
  }
}

/** What can be done with a certificate, in the order in which it is offered. */
export const CERTIFICATE_ACTIONS = [
  "details",
  "download",
  "check_revocation",
  "retry_revocation",
  "renew",
  "revoke",
  "delete",
] as const;
export type CertificateAction = (typeof CERTIFICATE_ACTIONS)[number];

/** `hasIssuer`: it is known which issuer of this account issued it; `isPending`: its revocation is under way. */
export type Actionable = { status: Status; source: Source; isPending: boolean; hasIssuer: boolean };

type Case = "uploaded" | "issued" | "issued_elsewhere";

const ENDED = {
  revoked: ["details", "download", "delete"],
  expired: ["details", "download", "delete"],
} as const satisfies Partial<Record<Status, readonly CertificateAction[]>>;

/** What is not over yet: a certificate that nothing here can revoke goes at any time when it was uploaded, else when it expires. */
const LIVE: Record<Case, readonly CertificateAction[]> = {
  uploaded: ["details", "download", "check_revocation", "delete"],
  issued: ["details", "download", "renew", "revoke"],
  issued_elsewhere: ["details", "download"],
};

const PENDING: readonly CertificateAction[] = ["details", "retry_revocation"];

/**
 * What the status and the source of a certificate allow; the role of whoever asks, and what uses the certificate, may
 * forbid it still.
 */
export function actionsOf({ status, source, isPending, hasIssuer }: Actionable): readonly CertificateAction[] {
  if (status === "revoked") return ENDED.revoked;
  // A wish that its certificate outlived ends by itself, and keeps nobody until then.
  if (isPending) return PENDING;
  switch (status) {
    case "expired":
      return ENDED.expired;
    case "valid":
    case "expiring":
    case "not_yet_valid":
      return LIVE[source === "uploaded" ? "uploaded" : hasIssuer ? "issued" : "issued_elsewhere"];
  }
}

/** Why a certificate cannot be revoked here, as sentences. */
export const REVOCATION_REFUSALS = {
  revoked: "It is revoked already.",
  expired: "It has expired, so nothing trusts it any more: CAs revoke only what is still valid.",
  uploaded: "It was uploaded, not issued here. Revoke it at its CA, then check its revocation here.",
  issued_elsewhere: "No issuer of this account issued it, so nobody here can have it revoked.",
} as const;

/** The one that holds; null where it can be revoked. */
export function revocationRefusal({ status, source, hasIssuer }: Omit<Actionable, "isPending">): string | null {
  if (status === "revoked" || status === "expired") return REVOCATION_REFUSALS[status];
  if (source === "uploaded") return REVOCATION_REFUSALS.uploaded;
  return hasIssuer ? null : REVOCATION_REFUSALS.issued_elsewhere;
}

/** Whether people are warned before they download it: nothing should trust it any more, or soon. */
export function warnsOnDownload({ status, isPending }: Pick<Actionable, "status" | "isPending">): boolean {
  return status === "revoked" || isPending;
}
