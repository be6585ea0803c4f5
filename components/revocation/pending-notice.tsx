import { Notice } from "@/components/ui/notice";
import { RelativeTime } from "@/components/ui/relative-time";
import { visibleText } from "@/lib/certificates/rules";
import { REVOCATION_REASON_LABELS } from "@/lib/revocation/rules";
import type { PendingRevocation } from "@/lib/revocation/schema";

/** That a certificate's CA was asked to revoke it and has not confirmed it, why not, and what comes next. */
export function PendingNotice({ pending, now }: { pending: PendingRevocation; now: Date }) {
  const { reason, askedAt, askedByLabel, attempts, error, nextAttemptAt, isBusy } = pending;
  return (
    <div className="mb-5">
      <Notice tone="warning" title="Its revocation is pending: its CA has not confirmed it yet.">
        <p>
          Asked for by {visibleText(askedByLabel)}, <RelativeTime date={askedAt} now={now} layout="line" />. Reason:{" "}
          {REVOCATION_REASON_LABELS[reason]}.
        </p>
        {error === null ? null : (
          <p className="wrap-anywhere">
            Attempt {attempts.toLocaleString("en")}: {visibleText(error)}
          </p>
        )}
        <p>
          {isBusy ? (
            "Its CA is being asked at this moment."
          ) : nextAttemptAt === null ? (
            "Its CA said no, so it is not asked again by itself. Once the cause is mended, choose Retry revocation."
          ) : (
            <>
              Its CA is asked again <RelativeTime date={nextAttemptAt} now={now} layout="line" />.
            </>
          )}
        </p>
      </Notice>
    </div>
  );
}
