import { content, type DerElement, tags } from "@/lib/certificates/asn1-element";
import { formatDateTimeUtc } from "@/lib/dates/rules";

/** What an answer or a list says of a certificate that is asked about, or why it is not believed, as a sentence. */
export type Judgement =
  | { kind: "good"; thisUpdate: Date; nextUpdate: Date | null }
  | { kind: "revoked"; thisUpdate: Date; nextUpdate: Date | null; revokedAt: Date; reason: string }
  | { kind: "unknown"; thisUpdate: Date; nextUpdate: Date | null; sentence: string; isHold: boolean }
  | { kind: "refused"; sentence: string };

export type RefusedJudgement = Extract<Judgement, { kind: "refused" }>;

export function refuseJudgement(sentence: string): RefusedJudgement {
  return { kind: "refused", sentence };
}

/** Clocks differ: a moment so little ahead is not in the future. */
export const CLOCK_SKEW_MS = 5 * 60_000;
/** What does not say until when it holds is believed for so long after its date. */
export const UNDATED_AGE_MS = 24 * 3_600_000;

/** Why a statement does not count now, as what follows "it "; null when it does. */
export function doubtOfTimes(
  { thisUpdate, nextUpdate }: { thisUpdate: Date; nextUpdate: Date | null },
  now: Date,
): string | null {
  if (thisUpdate.getTime() > now.getTime() + CLOCK_SKEW_MS)
    return `is of ${formatDateTimeUtc(thisUpdate)}, which has not come yet`;
  if (nextUpdate === null) {
    const isOld = thisUpdate.getTime() + UNDATED_AGE_MS < now.getTime();
    return isOld ? `is of ${formatDateTimeUtc(thisUpdate)} and does not say until when it holds` : null;
  }
  return nextUpdate < now ? `is out of date since ${formatDateTimeUtc(nextUpdate)}` : null;
}

const REASONS = new Map([
  [0, "unspecified"],
  [1, "keyCompromise"],
  [2, "cACompromise"],
  [3, "affiliationChanged"],
  [4, "superseded"],
  [5, "cessationOfOperation"],
  [6, "certificateHold"],
  [8, "removeFromCRL"],
  [9, "privilegeWithdrawn"],
  [10, "aACompromise"],
]);

/** The name of a CRLReason (RFC 5280 §5.3.1); without one, or with a number that means nothing, "unspecified". */
export function readReason(element: DerElement | undefined): string {
  if (element?.tag !== tags.enumerated) return "unspecified";
  const [code, ...more] = content(element);
  return (more.length === 0 ? REASONS.get(code ?? 0) : undefined) ?? "unspecified";
}

type Entry = { thisUpdate: Date; nextUpdate: Date | null; revokedAt: Date; reason: string };

/** What an entry says: a hold and its end are none of our business, since a revocation here is final. */
export function judgeEntry({ thisUpdate, nextUpdate, revokedAt, reason }: Entry): Judgement {
  switch (reason) {
    case "removeFromCRL":
      return { kind: "good", thisUpdate, nextUpdate };
    case "certificateHold":
      return {
        ...{ kind: "unknown", thisUpdate, nextUpdate, isHold: true },
        sentence:
          "Its CA has put it on hold, which can be lifted again. It counts as revoked once the CA revokes it for good.",
      };
    default:
      return { kind: "revoked", thisUpdate, nextUpdate, revokedAt, reason };
  }
}
