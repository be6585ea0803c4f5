import { expect, test } from "vitest";
import {
  ATTEMPT_TIMEOUT_MS,
  askAgainAt,
  challengeProblem,
  LEASE_MS,
  middleOf,
  renewAgainAt,
  renewalTimeOf,
  retryAt,
  timeInWindow,
} from "@/lib/orders/rules";

const now = new Date("2026-11-22T12:00:00Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const waitOf = (moment: Date) => moment.getTime() - now.getTime();

test("nobody's lease ends while an attempt may still go on", () => {
  expect(LEASE_MS).toBeGreaterThan(ATTEMPT_TIMEOUT_MS + 60_000);
});

test.each([
  [{ isThrottled: false, retryAfterMs: null }, 1, MINUTE],
  [{ isThrottled: false, retryAfterMs: null }, 2, 5 * MINUTE],
  [{ isThrottled: false, retryAfterMs: null }, 6, 6 * HOUR],
  [{ isThrottled: false, retryAfterMs: null }, 60, 6 * HOUR],
  [{ isThrottled: false, retryAfterMs: 1_000 }, 1, MINUTE],
  [{ isThrottled: true, retryAfterMs: null }, 1, HOUR],
  [{ isThrottled: true, retryAfterMs: 2 * HOUR }, 1, 2 * HOUR],
  [{ isThrottled: true, retryAfterMs: 30 * DAY }, 1, 7 * DAY],
])("after %o the attempt behind the %i. waits %i ms", (setback, attempts, wait) => {
  expect(waitOf(retryAt(setback, attempts, now))).toBe(wait);
});

test("certificates are renewed at two thirds of their validity, and asked about from its middle on", () => {
  const validity = { notBefore: now, notAfter: new Date(now.getTime() + 90 * DAY) };
  expect(waitOf(renewalTimeOf(validity))).toBe(60 * DAY);
  expect(waitOf(middleOf(validity))).toBe(45 * DAY);
});

test.each([
  [1, 30 * DAY, HOUR],
  [2, 30 * DAY, 6 * HOUR],
  [3, 30 * DAY, DAY],
  [9, 30 * DAY, DAY],
  [9, 5 * HOUR, HOUR / 2],
  [9, 0, 10 * MINUTE],
  [9, -DAY, 10 * MINUTE],
])("a renewal that failed %i times with %i ms left is tried again after %i ms", (failures, left, wait) => {
  expect(waitOf(renewAgainAt(failures, new Date(now.getTime() + left), now))).toBe(wait);
});

test.each([
  [null, 6 * HOUR],
  [0, HOUR],
  [2 * HOUR, 2 * HOUR],
  [3 * DAY, DAY],
])("a CA that wants %s ms is asked again after %i ms", (wish, wait) => {
  expect(waitOf(askAgainAt(wish, now))).toBe(wait);
});

test("a time in a window is anywhere in it, and now where that has passed", () => {
  const window = { start: new Date(now.getTime() + HOUR), end: new Date(now.getTime() + 3 * HOUR) };
  expect([0, 0.5, 1].map((share) => waitOf(timeInWindow(window, share, now)))).toEqual([HOUR, 2 * HOUR, 3 * HOUR]);
  expect(timeInWindow(window, 0, new Date(now.getTime() + 2 * HOUR))).toEqual(new Date(now.getTime() + 2 * HOUR));
});

test("wildcards are proven by dns-01 alone, addresses by http-01 alone", () => {
  const wildcard = { kind: "dns", value: "*.a.test" } as const;
  const address = { kind: "ip", value: "2001:db8::1" } as const;
  const host = { kind: "dns", value: "a.test" } as const;
  expect(challengeProblem([host], "http-01")).toBeNull();
  expect(challengeProblem([host, wildcard], "dns-01")).toBeNull();
  expect(challengeProblem([host, wildcard], "http-01")).toMatch(/^\*\.a\.test is a wildcard/);
  expect(challengeProblem([host, address], "http-01")).toBeNull();
  expect(challengeProblem([host, address], "dns-01")).toMatch(/^2001:db8::1 is an IP address/);
});
