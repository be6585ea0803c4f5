import { formatDateTimeUtc, formatDateUtc, formatRelative } from "@/lib/dates/rules";
import { Sub } from "./table";

type RelativeTimeProps = { date: Date; now: Date; layout?: "line" | "cell" };

/** A moment in UTC with how far it is from `now`: in a sentence, or as the two lines of a table cell. */
export function RelativeTime({ date, now, layout = "line" }: RelativeTimeProps) {
  const exact = formatDateTimeUtc(date);
  const relative = formatRelative(date, now);
  if (layout === "line") {
    return (
      <time dateTime={date.toISOString()}>
        {exact} <span className="text-muted">({relative})</span>
      </time>
    );
  }
  return (
    <time dateTime={date.toISOString()} title={exact} className="max-wide:text-sm">
      <span className="whitespace-nowrap">
        {formatDateUtc(date)} <span className="text-sm text-muted">UTC</span>
      </span>
      <span className="text-muted wide:hidden"> · </span>
      <Sub>{relative}</Sub>
    </time>
  );
}
