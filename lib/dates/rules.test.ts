import { describe, expect, it } from "vitest";
import { formatDateTimeUtc, formatDateUtc, formatDuration, formatMonthUtc, formatRelative } from "./rules";

const now = new Date("2026-11-22T16:00:00Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("absolute dates", () => {
  it.each([
    ["2026-10-12T09:41:59Z", "12 Oct 2026", "12 Oct 2026, 09:41 UTC"],
    ["2026-01-01T00:00:00Z", "1 Jan 2026", "1 Jan 2026, 00:00 UTC"],
    ["2026-12-31T23:59:59.999Z", "31 Dec 2026", "31 Dec 2026, 23:59 UTC"],
    ["9999-12-31T23:59:59Z", "31 Dec 9999", "31 Dec 9999, 23:59 UTC"],
    ["2026-06-01T01:30:00+02:00", "31 May 2026", "31 May 2026, 23:30 UTC"],
  ])("writes %s in UTC", (iso, date, dateTime) => {
    expect(formatDateUtc(new Date(iso))).toBe(date);
    expect(formatDateTimeUtc(new Date(iso))).toBe(dateTime);
  });

  it("names a month by its UTC date", () => {
    expect(formatMonthUtc(new Date("2026-06-01T01:30:00+02:00"))).toBe("May 2026");
  });
});

describe("relative dates", () => {
  it.each([
    [0, "just now", "just now"],
    [MINUTE - 1, "just now", "in a moment"],
    [MINUTE, "1 minute ago", "in 1 minute"],
    [HOUR - 1, "59 minutes ago", "in 59 minutes"],
    [HOUR, "1 hour ago", "in 1 hour"],
    [18 * HOUR, "18 hours ago", "in 18 hours"],
    [2 * DAY - 1, "47 hours ago", "in 47 hours"],
    [2 * DAY, "2 days ago", "in 2 days"],
    [30 * DAY - 1, "29 days ago", "in 29 days"],
    [30 * DAY, "30 days ago", "in 30 days"],
    [730 * DAY - 1, "729 days ago", "in 729 days"],
    [730 * DAY, "2 years ago", "in 2 years"],
  ])("says a distance of %d ms both ways", (distance, past, future) => {
    expect(formatRelative(new Date(now.getTime() - distance), now)).toBe(past);
    expect(formatRelative(new Date(now.getTime() + distance), now)).toBe(future);
  });

  it("counts far years to the nearest", () => {
    expect(formatRelative(new Date("2122-10-29T00:00:00Z"), now)).toBe("in 96 years");
    expect(formatRelative(new Date("1996-11-22T16:00:00Z"), now)).toBe("30 years ago");
  });
});

describe("durations", () => {
  it.each([
    [0, "less than 0.1 s"],
    [99, "less than 0.1 s"],
    [100, "0.1 s"],
    [3149, "3.1 s"],
    [9999, "9.9 s"],
    [10_000, "10 s"],
    [59_999, "59 s"],
    [60_000, "1 min 0 s"],
    [125_400, "2 min 5 s"],
    [HOUR - 1, "59 min 59 s"],
    [HOUR, "1 h 0 min"],
    [25 * HOUR + 3 * MINUTE, "25 h 3 min"],
  ])("writes %d ms", (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});
