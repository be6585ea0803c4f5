import { describe, expect, test } from "vitest";
import {
  cutoffOf,
  dueSlot,
  formatDailyAt,
  nextBatchSize,
  nextSlotAt,
  parseDailyAt,
  type Schedule,
} from "@/lib/cleanup/rules";

const day = 86_400_000;
const moment = (text: string) => new Date(text);
const shifted = (text: string, milliseconds: number) => new Date(moment(text).getTime() + milliseconds);

function schedule(overrides: Partial<Schedule> & { enabled?: boolean; dailyAtMinute?: number } = {}): Schedule {
  const { enabled = true, dailyAtMinute = 120, ...rest } = overrides;
  return {
    settings: { enabled, dailyAtMinute },
    scheduledFrom: moment("2026-01-01T00:00:00Z"),
    lastSlotOn: null,
    ...rest,
  };
}

describe("the day that is due", () => {
  test.each([
    ["one millisecond before the minute it is still yesterday's", -1, "2026-11-21"],
    ["at the minute it is today's", 0, "2026-11-22"],
    ["one millisecond after it is today's", 1, "2026-11-22"],
  ])("%s", (_, offset, expected) => {
    expect(dueSlot(schedule(), shifted("2026-11-22T02:00:00Z", offset))).toBe(expected);
  });

  test("nothing is due while the cleanup is off", () => {
    expect(dueSlot(schedule({ enabled: false }), moment("2026-11-22T02:00:00Z"))).toBeNull();
  });

  test("a day runs once", () => {
    const ran = schedule({ lastSlotOn: "2026-11-22" });
    expect(dueSlot(ran, moment("2026-11-22T02:00:30Z"))).toBeNull();
    expect(dueSlot(ran, shifted("2026-11-23T02:00:00Z", -1))).toBeNull();
    expect(dueSlot(ran, moment("2026-11-23T02:00:00Z"))).toBe("2026-11-23");
  });

  test("after nine days without a server only the latest is made up", () => {
    const away = schedule({ lastSlotOn: "2026-11-13" });
    expect(dueSlot(away, moment("2026-11-22T17:00:00Z"))).toBe("2026-11-22");
    expect(dueSlot({ ...away, lastSlotOn: "2026-11-22" }, moment("2026-11-22T17:01:00Z"))).toBeNull();
  });

  test("a missed day is made up the next morning, before that day's own minute", () => {
    expect(dueSlot(schedule({ lastSlotOn: "2026-11-20" }), moment("2026-11-22T01:00:00Z"))).toBe("2026-11-21");
  });

  test.each([
    [-1, "2026-11-22"],
    [0, "2026-11-22"],
    [1, null],
  ])("a slot counts from the moment that it was promised: switched on %i ms after the minute", (offset, expected) => {
    const scheduledFrom = shifted("2026-11-22T02:00:00Z", offset);
    expect(dueSlot(schedule({ scheduledFrom }), moment("2026-11-22T09:00:00Z"))).toBe(expected);
  });

  test("another time on a day that ran does not run it again", () => {
    const moved = { scheduledFrom: moment("2026-11-22T08:00:00Z"), dailyAtMinute: 600, lastSlotOn: "2026-11-22" };
    expect(dueSlot(schedule(moved), moment("2026-11-22T10:00:00Z"))).toBeNull();
    expect(dueSlot(schedule(moved), moment("2026-11-23T10:00:00Z"))).toBe("2026-11-23");
  });

  test.each([
    ["the end of a month", "2026-03-01T00:30:00Z", 1439, "2026-02-28"],
    ["a leap day", "2028-03-01T00:30:00Z", 1439, "2028-02-29"],
    ["the end of a year", "2027-01-01T00:00:00Z", 1439, "2026-12-31"],
    ["the first minute of a year", "2027-01-01T00:00:00Z", 0, "2027-01-01"],
    ["the day on which New York's clocks go forward", "2026-03-08T07:00:00Z", 420, "2026-03-08"],
    ["the day on which they go back", "2026-11-01T06:00:00Z", 360, "2026-11-01"],
  ])("%s is a day like any other", (_, now, dailyAtMinute, expected) => {
    expect(dueSlot(schedule({ dailyAtMinute }), moment(now))).toBe(expected);
  });

  test("every day from one year to the next runs exactly once, asked every 17 minutes in New York", () => {
    const zone = process.env.TZ;
    process.env.TZ = "America/New_York";
    let lastSlotOn: string | null = null;
    let runs = 0;
    const scheduledFrom = moment("2026-01-01T00:00:00Z");
    for (let now = scheduledFrom; now < moment("2027-01-01T00:00:00Z"); now = new Date(now.getTime() + 17 * 60_000)) {
      const due = dueSlot(schedule({ scheduledFrom, lastSlotOn, dailyAtMinute: 150 }), now);
      if (due === null) continue;
      runs += 1;
      lastSlotOn = due;
    }
    process.env.TZ = zone;
    expect([runs, lastSlotOn]).toEqual([365, "2026-12-31"]);
  });
});

describe("the next run's time", () => {
  test("is none while the cleanup is off", () => {
    expect(nextSlotAt(schedule({ enabled: false }), moment("2026-11-22T02:00:00Z"))).toBeNull();
  });

  test("is now when a day is due", () => {
    const now = moment("2026-11-22T05:00:00Z");
    expect(nextSlotAt(schedule({ lastSlotOn: "2026-11-20" }), now)).toEqual(now);
  });

  test.each([
    ["2026-11-22T01:59:59.999Z", "2026-11-21", "2026-11-22T02:00:00Z"],
    ["2026-11-22T02:00:30Z", "2026-11-22", "2026-11-23T02:00:00Z"],
    ["2026-12-31T03:00:00Z", "2026-12-31", "2027-01-01T02:00:00Z"],
  ])("at %s, after the run of %s, it is %s", (now, lastSlotOn, expected) => {
    expect(nextSlotAt(schedule({ lastSlotOn }), moment(now))).toEqual(moment(expected));
  });

  test("skips today when today ran already and the time was moved to later", () => {
    const moved = { scheduledFrom: moment("2026-11-22T08:00:00Z"), dailyAtMinute: 600, lastSlotOn: "2026-11-22" };
    expect(nextSlotAt(schedule(moved), moment("2026-11-22T09:00:00Z"))).toEqual(moment("2026-11-23T10:00:00Z"));
  });
});

test("the cutoff counts whole days of 24 hours, also across a change of clocks", () => {
  const now = moment("2026-11-05T12:00:00Z");
  expect(now.getTime() - cutoffOf(7, now).getTime()).toBe(7 * day);
});

test.each([
  ["00:00", 0],
  ["02:00", 120],
  ["23:59", 1439],
])("%s is minute %i", (text, minute) => {
  expect(parseDailyAt(text)).toBe(minute);
  expect(formatDailyAt(minute)).toBe(text);
});

test.each(["", "24:00", "2:00", "12:60", "noon", "12:00:30"])("%j names no minute of the day", (text) => {
  expect(parseDailyAt(text)).toBeNull();
});

test.each([
  ["as long as it should", 600, { asked: 600, tookMs: 30 }, 600],
  ["half as long: a third of the way", 600, { asked: 600, tookMs: 15 }, 800],
  ["twice as long: a third of the way", 600, { asked: 600, tookMs: 60 }, 500],
  ["no time at all: as if it had taken half as long", 600, { asked: 600, tookMs: 1 }, 800],
  ["as long as it should with fewer certificates than are taken now", 600, { asked: 300, tookMs: 30 }, 500],
  ["far too long: all the way", 2_000, { asked: 2_000, tookMs: 150 }, 400],
  ["seconds: the fewest", 500, { asked: 500, tookMs: 5_000 }, 150],
  ["little: the most", 1_900, { asked: 1_900, tookMs: 10 }, 2_000],
  ["little, the first one", 50, { asked: 50, tookMs: 2 }, 150],
  ["nothing, for a clock that stood still", 500, { asked: 500, tookMs: 0 }, 500],
  ["less than nothing, for a clock that went back", 500, { asked: 500, tookMs: -3 }, 500],
] as const)("the next batch after one that took %s", (_, size, took, next) => {
  expect(nextBatchSize(size, took)).toBe(next);
});
