import { RelativeTime } from "@/components/ui/relative-time";
import { visibleText } from "@/lib/certificates/rules";
import { formatDateTimeUtc, formatRelative } from "@/lib/dates/rules";
import type { SyncView } from "@/lib/syncs/schema";

/** When a copy was pushed and looked at, and when what comes next. */
export function SyncTimes({ sync, now }: { sync: SyncView; now: Date }) {
  const { pushedAt, checkedAt, nextCheckAt, nextAttemptAt, state, remoteId, addedAt, addedByLabel } = sync;
  return (
    <div className="text-sm text-muted">
      {remoteId === null ? null : <p className="font-mono wrap-anywhere">{visibleText(remoteId)}</p>}
      {pushedAt === null ? (
        <p>
          Added {addedByLabel === null ? null : `by ${visibleText(addedByLabel)} `}
          <RelativeTime date={addedAt} now={now} />
        </p>
      ) : (
        <p>
          Last push <RelativeTime date={pushedAt} now={now} />
        </p>
      )}
      {checkedAt === null ? null : (
        <p>
          Last check <RelativeTime date={checkedAt} now={now} />
          {nextCheckAt === null ? null : <>, next {whenOf(nextCheckAt, now)}</>}
        </p>
      )}
      {nextAttemptAt === null ? null : (
        <p>
          {state === "removing" ? "Next attempt to remove it" : "Next push"} {whenOf(nextAttemptAt, now)}
        </p>
      )}
      {state === "removing" && sync.removalWishedByLabel !== null ? (
        <p>Removal wished by {visibleText(sync.removalWishedByLabel)}</p>
      ) : null}
    </div>
  );
}

function whenOf(date: Date, now: Date): string {
  return date.getTime() <= now.getTime() + 60_000
    ? "within a minute"
    : `${formatDateTimeUtc(date)} (${formatRelative(date, now)})`;
}
