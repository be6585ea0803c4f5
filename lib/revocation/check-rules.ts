import { formatDateTimeUtc } from "@/lib/dates/rules";
import type { CheckAnswer, CheckSource, RevocationOrigin } from "@/lib/revocation/rules";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What the job takes from a list that is kept: a day old at most, even where the list says that it holds for longer. */
export const JOB_AGE_MS = 20 * HOUR_MS;
/** The same for somebody who asks: long enough that nobody has a list downloaded over and over again. */
export const ASKED_AGE_MS = MINUTE_MS;

/** Whether one of a certificate's addresses is of a kind that can be asked. */
export function isAskable({ ocspUrls, crlUrls }: { ocspUrls: readonly string[]; crlUrls: readonly string[] }): boolean {
  return [...ocspUrls, ...crlUrls].some((url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol));
}

export const NOBODY_TO_ASK = "It names no http address at which its CA says whether it is revoked.";

/** Somebody who asks waits no longer than this, however many addresses there are. */
export const CHECK_TIMEOUT_MS = 45_000;

/** Checks that one server makes at once, and at one host. */
export const CHECKS_AT_ONCE = 10;
export const CHECKS_AT_ONCE_PER_HOST = 2;
/** Checks that wait for their host in one server; the next ones for it are put off by up to twice this long. */
export const WAITING_PER_HOST = 20;
export const PUT_OFF_MS = 10 * MINUTE_MS;
/** Whoever took a check has it for this long; then its server is taken for dead. Longer than the longest queue. */
export const CHECK_LEASE_MS = 30 * MINUTE_MS;
/** What was in the inventory before it was checked spreads over a day. */
export const FIRST_WITHIN_MS = 24 * HOUR_MS;
/** What is uploaded spreads over an hour, and leaves whoever uploaded it some minutes to look at it first. */
const NEW_AFTER_MS = 5 * MINUTE_MS;
const NEW_WITHIN_MS = HOUR_MS;

export function firstCheckAt(now: Date): Date {
  const spread = Math.floor(Math.random() * (NEW_WITHIN_MS - NEW_AFTER_MS));
  return new Date(now.getTime() + NEW_AFTER_MS + spread);
}

const FAILED_WAITS_MS = [1, 4, 12, 22].map((hours) => hours * HOUR_MS);
const EVERY_MS = 22 * HOUR_MS;
const SPREAD_MS = 2 * HOUR_MS;

type Noted = { id: string; notAfter: Date; answer: CheckAnswer; failures: number };

/** When a certificate is asked about again: ids spread the checks over two hours. Of one that is revoked it is its end. */
export function nextRevocationCheckAt({ id, notAfter, answer, failures }: Noted, now: Date): Date {
  const spread = (Number.parseInt(id.slice(-4), 16) / 0xffff) * SPREAD_MS;
  switch (answer) {
    case "revoked":
      return notAfter > now ? notAfter : now;
    case "failed": {
      const wait = FAILED_WAITS_MS[Math.min(failures, FAILED_WAITS_MS.length) - 1] ?? EVERY_MS;
      return new Date(now.getTime() + wait + spread / 2);
    }
    case "good":
    case "unknown":
      return new Date(now.getTime() + EVERY_MS + spread);
  }
}

/** What came of asking a CA, and how people are told. */
export type CheckView = { answer: CheckAnswer; source: CheckSource | null; sentence: string; checkedAt: Date };

/** That a certificate is revoked, and who said so. */
export type RevokedStanding = { revokedAt: Date; reason: string; origin: RevocationOrigin };

/** The last check and the next one; `answer` is null before the first. */
export type CheckStanding = {
  answer: CheckAnswer | null;
  source: CheckSource | null;
  checkedAt: Date | null;
  problem: string | null;
  freshUntil: Date | null;
  nextCheckAt: Date;
};

type Said = { answer: CheckAnswer; source: CheckSource | null; sentence: string | null };

export const CHECK_SOURCE_LABELS: Record<CheckSource, string> = { ocsp: "OCSP", crl: "its revocation list" };

/** One sentence, or what went wrong at each address. */
export function checkSentence({ answer, sentence }: Pick<Said, "answer" | "sentence">): string {
  switch (answer) {
    case "good":
      return "Its CA has not revoked it.";
    case "revoked":
      return "Its CA has revoked it.";
    case "unknown":
    case "failed":
      return sentence ?? "Its CA gave no answer.";
  }
}

export const CHECK_ANSWER_LABELS: Record<CheckAnswer, string> = {
  good: "Not revoked",
  revoked: "Revoked",
  unknown: "Not known",
  failed: "No answer that can be trusted",
};

/** The reasons of RFC 5280 §5.3.1 that CAs give, as people read them. */
const REASON_LABELS = new Map([
  ["unspecified", "No reason given"],
  ["keyCompromise", "Its private key may be known to others"],
  ["cACompromise", "The key of its CA may be known to others"],
  ["aACompromise", "The key of an authority may be known to others"],
  ["affiliationChanged", "The names or the organisation have changed"],
  ["superseded", "Another certificate has taken its place"],
  ["cessationOfOperation", "The service has ended"],
  ["privilegeWithdrawn", "The right to it was withdrawn"],
]);

export function reasonLabel(reason: string): string {
  return REASON_LABELS.get(reason) ?? reason;
}

/** Until when an answer holds, where its CA says so. */
export function freshSentence(freshUntil: Date | null): string | null {
  return freshUntil === null ? null : `Its CA says that this holds until ${formatDateTimeUtc(freshUntil)}.`;
}
