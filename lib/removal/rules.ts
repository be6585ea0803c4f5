import { DAY_MS, type Source, type Status, statusOf, type Validity, visibleText } from "@/lib/certificates/rules";
import { formatDateUtc } from "@/lib/dates/rules";

/** The reasons why a certificate may not be deleted now, in the order in which people are told. */
export const BLOCKERS = ["still_valid", "deployed", "synced"] as const;
export type Blocker = (typeof BLOCKERS)[number];

/** Why a certificate that went was allowed to go. */
export const ELIGIBILITIES = ["revoked", "expired", "uploaded"] as const;
export type Eligibility = (typeof ELIGIBILITIES)[number];

/** Statuses in which an issued certificate may not go: it would vanish from the list and still be trusted. */
export const LIVE_STATUSES = ["valid", "expiring", "not_yet_valid"] as const satisfies Status[];

export const ACTOR_KINDS = ["user", "cleanup", "token"] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];

/** Why a certificate of a bulk deletion was not removed: the first blocker, removed by somebody else meanwhile, or an error. */
export const BULK_SKIP_REASONS = [...BLOCKERS, "gone", "failed"] as const;
export type BulkSkipReason = (typeof BULK_SKIP_REASONS)[number];

export const BULK_STATUSES = ["queued", "running", "succeeded", "succeeded_with_errors", "failed", "stopped"] as const;
export type BulkStatus = (typeof BULK_STATUSES)[number];

/** Up to this many certificates are deleted in the request itself, more by a job. */
export const BULK_AT_ONCE = 100;
/** How many can be chosen one by one; more are selected by a filter. */
export const BULK_CHOSEN_MAX = 1_000;
/** Certificates that a bulk deletion judges in one transaction: few enough that nobody waits noticeably for it. */
export const BULK_CHUNK = 250;
/** After so long a job lets others take their turn, and goes on behind them. */
export const BULK_TURN_MS = 20_000;
/** An unfinished bulk deletion that was not heard of for so long has lost its server, and another one goes on with it. */
export const BULK_HEARTBEAT_LIMIT_MS = 60_000;

export type Facts = Validity & { source: Source; deployments: number; activeSyncs: number };

/** The law of deletion: the blockers that hold at `now`; an empty list means that the certificate may go. */
export function blockersOf(facts: Facts, now: Date): Blocker[] {
  const status = statusOf(facts, now);
  const holds: Record<Blocker, boolean> = {
    still_valid: facts.source === "issued" && LIVE_STATUSES.some((live) => live === status),
    deployed: facts.deployments > 0,
    synced: facts.activeSyncs > 0,
  };
  return BLOCKERS.filter((blocker) => holds[blocker]);
}

/** Why it may go, once nothing blocks it. */
export function eligibilityOf(validity: Validity, now: Date): Eligibility {
  const status = statusOf(validity, now);
  return status === "revoked" || status === "expired" ? status : "uploaded";
}

export const NAMES_SHOWN = 5;

/** "a, b and 3 more": at most five names, in the order given. `total` counts the names that were not fetched too. */
export function listNames(names: string[], total = names.length): string {
  const shown = names.slice(0, NAMES_SHOWN).map(visibleText);
  const rest = total - shown.length;
  return rest > 0 ? `${shown.join(", ")} and ${rest.toLocaleString("en")} more` : shown.join(", ");
}

export type BlockerDetail = {
  blocker: Blocker;
  names: string[];
  total: number;
  notAfter: Date;
  /** Its CA was asked to revoke it, and has not confirmed it yet. */
  isRevocationPending: boolean;
};

const PENDING_SENTENCE = "Its revocation is under way. It may be deleted once its CA has confirmed that.";

/** The sentence that people read for one blocker. */
export function blockerSentence(detail: BlockerDetail): string {
  switch (detail.blocker) {
    case "still_valid":
      if (detail.isRevocationPending) return PENDING_SENTENCE;
      return `Revoke it first, or wait until it expires on ${formatDateUtc(detail.notAfter)}.`;
    case "deployed":
      return `In use by ${listNames(detail.names, detail.total)}.`;
    case "synced":
      return `Synced to ${listNames(detail.names, detail.total)}. Remove the sync first.`;
  }
}

export type RemovalGrounds = {
  eligibility: Eligibility;
  removedAt: Date;
  notAfter: Date;
  revokedAt: Date | null;
  /** The retention of the cleanup that removed it, in days; null when a person did. */
  retentionDays: number | null;
};

/** The sentence that says why a certificate was allowed to go. */
export function removalReason(grounds: RemovalGrounds): string {
  switch (grounds.eligibility) {
    case "revoked":
      return `${grounds.revokedAt === null ? "Revoked" : `Revoked on ${formatDateUtc(grounds.revokedAt)}`}${cleanupRule(grounds)}`;
    case "expired":
      return `Expired ${daysBetween(grounds.notAfter, grounds.removedAt)} before${cleanupRule(grounds)}`;
    case "uploaded":
      return "Uploaded: may go at any time";
  }
}

function cleanupRule({ retentionDays }: RemovalGrounds): string {
  return retentionDays === null ? "" : `; cleanup takes what expired more than ${counted(retentionDays)} ago`;
}

/** Whole days of 24 hours. */
function daysBetween(from: Date, to: Date): string {
  const days = Math.floor((to.getTime() - from.getTime()) / DAY_MS);
  return days < 1 ? "less than a day" : counted(days);
}

function counted(days: number): string {
  return days === 1 ? "1 day" : `${days.toLocaleString("en")} days`;
}
