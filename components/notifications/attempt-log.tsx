import { formatDateTimeUtc, formatDuration, formatRelative } from "@/lib/dates/rules";
import type { AttemptView, DeliveryView } from "@/lib/notifications/schema";

/** What came of the attempts: the latest in a sentence, all of them when it is opened. */
export function AttemptLog({ delivery, now }: { delivery: DeliveryView; now: Date }) {
  const { log, attempts, nextAttemptAt } = delivery;
  const [latest] = log;
  if (latest === undefined) return <p className="mt-0.5 text-sm text-muted">Not tried yet</p>;
  const next = nextAttemptAt === null ? "" : ` Next attempt ${formatRelative(nextAttemptAt, now)}.`;
  return (
    <div className="mt-0.5 text-sm text-muted">
      {latest.problem === null && next === "" ? null : (
        <p>
          {latest.problem}
          {next}
        </p>
      )}
      <details>
        <summary className="link inline-block min-h-6 cursor-pointer">
          {attempts === 1 ? "1 attempt" : `${attempts.toLocaleString("en")} attempts`}
        </summary>
        <ol className="mt-1 grid gap-1">
          {log.map((attempt) => (
            <li key={attempt.number}>{sentenceOf(attempt)}</li>
          ))}
        </ol>
      </details>
    </div>
  );
}

/** "3. 22 Nov 2026, 12:00 UTC: It answered 503. 0.2 s" */
function sentenceOf({ number, at, problem, httpStatus, milliseconds }: AttemptView): string {
  const outcome = problem ?? `It answered ${httpStatus}.`;
  return `${number}. ${formatDateTimeUtc(at)}: ${outcome} (${formatDuration(milliseconds)})`;
}
