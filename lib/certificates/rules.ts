/** The words for what a certificate is at a moment, in the order in which they are decided. */
export const STATUSES = ["revoked", "expired", "not_yet_valid", "expiring", "valid"] as const;
export type Status = (typeof STATUSES)[number];

export const STATUS_LABELS: Record<Status, string> = {
  valid: "Valid",
  expiring: "Expiring soon",
  expired: "Expired",
  revoked: "Revoked",
  not_yet_valid: "Not yet valid",
};

/** The order of the choices in the Status filter. */
export const STATUS_CHOICES = ["valid", "expiring", "expired", "revoked", "not_yet_valid"] as const satisfies Status[];

export const SOURCES = ["uploaded", "issued"] as const;
export type Source = (typeof SOURCES)[number];

export const SOURCE_LABELS: Record<Source, string> = { uploaded: "Uploaded", issued: "Issued" };

/**
 * How a certificate is in use, in the order in which people are told: its endpoints by what the last look found, the
 * services that somebody noted or a destination reported, and its active syncs. Only the last word is no use any more.
 */
export const USES = [
  "serving",
  "unreachable",
  "never_checked",
  "noted",
  "reported",
  "synced",
  "sync_failed",
  "moved_on",
] as const;
export type Use = (typeof USES)[number];

export const USE_LABELS: Record<Use, string> = {
  serving: "serving",
  unreachable: "unreachable",
  never_checked: "never checked",
  noted: "noted",
  reported: "reported",
  synced: "synced",
  sync_failed: "failing to sync",
  moved_on: "moved on",
};

/** The choices of the In use filter; "none" is what neither a deployment nor an active sync keeps. */
export const USE_FILTERS = ["any", "serving", "synced", "none"] as const;
export type UseFilter = (typeof USE_FILTERS)[number];

export const USE_FILTER_LABELS: Record<UseFilter, string> = {
  any: "In use",
  serving: "Serving",
  synced: "Synced",
  none: "Not in use",
};

/** A certificate counts as expiring when notAfter lies less than this many days of 24 hours ahead. */
export const EXPIRING_DAYS = 30;

export const DAY_MS = 86_400_000;

export type Validity = { revokedAt: Date | null; notBefore: Date; notAfter: Date };

/** The status at `now`. RFC 5280 §4.1.2.5: the moment of notAfter itself is still inside the validity period. */
export function statusOf(certificate: Validity, now: Date): Status {
  if (certificate.revokedAt !== null) return "revoked";
  if (certificate.notAfter < now) return "expired";
  if (now < certificate.notBefore) return "not_yet_valid";
  if (certificate.notAfter.getTime() < now.getTime() + EXPIRING_DAYS * DAY_MS) return "expiring";
  return "valid";
}

export const SORT_KEYS = ["expiry", "name", "added"] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export const PAGE_SIZE = 50;

/** Certificates that a page looks through for a search of one or two letters, which no index answers. */
export const LOOKED_THROUGH = 5_000;

/** Counts that are made one by one stop here; above it the screen says "10,000+". */
export const COUNT_CAP = 10_000;

/** Characters (code points) of a name. Subjects may be longer; they are kept whole beside it. */
export const NAME_LIMIT = 200;

/** The name of a certificate: given, else common name, else first subject alternative name, else the fingerprint's start. */
export function nameOf(certificate: {
  givenName: string | null;
  commonName: string | null;
  firstSan: string | null;
  fingerprint: string;
}): string {
  const candidates = [certificate.givenName, certificate.commonName, certificate.firstSan];
  const chosen = candidates.map((candidate) => candidate?.trim() ?? "").find((candidate) => candidate !== "");
  return Array.from(chosen ?? certificate.fingerprint.slice(0, 16))
    .slice(0, NAME_LIMIT)
    .join("");
}

/** How many alternative names a list row shows. */
export const OTHER_NAMES_SHOWN = 3;

/** What the search looks in: lower case, one fact a line, so that no match reaches from one fact into the next. */
export function searchTextOf(facts: (string | null)[]): string {
  return [...new Set(facts.filter((fact) => fact !== null && fact !== ""))].join("\n").toLowerCase();
}

/** The longest search that is looked for; more is cut off. */
export const SEARCH_LIMIT = 200;

/** What of a fact has to be a typed search: any part; of fingerprints and serials also with colons between their octets. */
export function searchedTextOf(typed: string): string {
  const text = typed.trim().slice(0, SEARCH_LIMIT).toLowerCase();
  return /^[0-9a-f]{2}(:[0-9a-f]{2})+$/.test(text) ? text.replaceAll(":", "") : text;
}

/** The same as a LIKE pattern. */
export function searchPatternOf(typed: string): string {
  return `%${searchedTextOf(typed).replace(/[\\%_]/g, "\\$&")}%`;
}

/** How many files one upload request may carry; the browser sends more in batches. */
export const FILES_PER_BATCH = 100;

/** The expiry timeline: months behind the present one, and in all. */
const MONTHS_BACK = 6;
const MONTHS_SHOWN = 26;

/** A bar of the timeline: its filter value, and the half-open interval [start, finish) of notAfter; null is unbounded. */
export type Month = { key: string; start: Date | null; finish: Date | null; isPresent: boolean };

/** The bars of the timeline in UTC months; the first and the last collect everything beyond. */
export function timelineMonths(now: Date): Month[] {
  return Array.from({ length: MONTHS_SHOWN }, (_, index) => {
    const start = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + index - MONTHS_BACK, 1));
    const finish = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1));
    const name = start.toISOString().slice(0, 7);
    const isPresent = index === MONTHS_BACK;
    if (index === 0) return { key: `..${name}`, start: null, finish, isPresent };
    if (index === MONTHS_SHOWN - 1) return { key: `${name}..`, start, finish: null, isPresent };
    return { key: name, start, finish, isPresent };
  });
}

/**
 * The half-open interval of notAfter that months of an address name: "2026-05", "..2026-04" (that month and all before)
 * or "2028-07.." (that month and all after), in UTC; null is unbounded.
 */
export function expiryRange(months: string | undefined): { start: Date | null; finish: Date | null } {
  if (months === undefined) return { start: null, finish: null };
  const [year, month] = months.replaceAll("..", "").split("-").map(Number);
  const start = new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, 1));
  const finish = new Date(Date.UTC(year ?? 0, month ?? 1, 1));
  // PostgreSQL does not read the year 10000 as JavaScript writes it; no certificate reaches it either.
  const isOpen = months.endsWith("..") || finish.getUTCFullYear() > 9999;
  return { start: months.startsWith("..") ? null : start, finish: isOpen ? null : finish };
}

// Controls, formats (bidi, zero width, tags), lone surrogates, separators, private use and what fonts leave out.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Text out of a certificate as people may see it: a character that is invisible, or that reorders the text around it,
 * stands as \u{HEX}. What a certificate says was chosen by a stranger.
 */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`);
}
