const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Mean Gregorian year, so that centuries ahead are not off by a year. */
const YEAR = 365.2425 * DAY;

/** "12 Oct 2026", in UTC. */
export function formatDateUtc(date: Date): string {
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** "12 Oct 2026, 09:41 UTC". */
export function formatDateTimeUtc(date: Date): string {
  return `${formatDateUtc(date)}, ${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())} UTC`;
}

/** "Oct 2026", in UTC. */
export function formatMonthUtc(date: Date): string {
  return `${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/**
 * "41 days ago", "in 11 days", "in 96 years"; under a minute either way "just now" or "in a moment".
 * Minutes, hours and days count whole ones only: "30 days ago" is never said before 30 × 24 hours have passed.
 */
export function formatRelative(date: Date, now: Date): string {
  const past = date.getTime() <= now.getTime();
  const distance = Math.abs(now.getTime() - date.getTime());
  if (distance < MINUTE) return past ? "just now" : "in a moment";
  const amount = largestUnit(distance);
  return past ? `${amount} ago` : `in ${amount}`;
}

/** How long something took, from milliseconds: "0.9 s", "42 s", "2 min 5 s", "1 h 3 min". */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 100) return "less than 0.1 s";
  if (milliseconds < 10 * SECOND) return `${(Math.floor(milliseconds / 100) / 10).toFixed(1)} s`;
  if (milliseconds < MINUTE) return `${Math.floor(milliseconds / SECOND)} s`;
  if (milliseconds < HOUR) {
    return `${Math.floor(milliseconds / MINUTE)} min ${Math.floor((milliseconds % MINUTE) / SECOND)} s`;
  }
  return `${Math.floor(milliseconds / HOUR)} h ${Math.floor((milliseconds % HOUR) / MINUTE)} min`;
}

function largestUnit(distance: number): string {
  if (distance < HOUR) return counted(Math.floor(distance / MINUTE), "minute");
  if (distance < 2 * DAY) return counted(Math.floor(distance / HOUR), "hour");
  if (distance < 730 * DAY) return counted(Math.floor(distance / DAY), "day");
  return counted(Math.round(distance / YEAR), "year");
}

function counted(count: number, unit: string): string {
  return count === 1 ? `1 ${unit}` : `${count} ${unit}s`;
}

function twoDigits(part: number): string {
  return String(part).padStart(2, "0");
}
