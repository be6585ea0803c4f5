import { expect, test } from "vitest";
import { ATTEMPTS_MAX, answerProblem, attemptsFor, retryAt } from "@/lib/notifications/rules";
import { addWebhookInput } from "@/lib/notifications/schema";

test("a delivery is tried eight times, each time after a longer wait, within less than four hours", () => {
  let now = new Date("2026-11-22T12:00:00Z");
  const waits: number[] = [];
  for (let left = ATTEMPTS_MAX - 1; ; left -= 1) {
    const next = retryAt(left, now);
    if (next === null) break;
    waits.push((next.getTime() - now.getTime()) / 1_000);
    now = next;
  }
  expect(waits).toEqual([10, 30, 120, 600, 1_800, 3_600, 7_200]);
  expect(waits).toHaveLength(attemptsFor("cleanup.failed") - 1);
  expect(now.toISOString()).toBe("2026-11-22T15:42:40.000Z");
  expect(attemptsFor("test")).toBe(1);
});

test.each([
  [199, false],
  [200, true],
  [204, true],
  [299, true],
  [300, false],
  [301, false],
  [404, false],
  [500, false],
  [0, false],
])("an answer of %i is a success: %s", (status, isSuccess) => {
  expect(answerProblem(status) === null).toBe(isSuccess);
});

test.each([
  ["https://hooks.example.com/a?b=c", "https://hooks.example.com/a?b=c"],
  ["  HTTPS://Hooks.Example.com:443  ", "https://hooks.example.com/"],
  ["https://hooks.example.com/a#fragment", "https://hooks.example.com/a"],
  ["https://bücher.example/", "https://xn--bcher-kva.example/"],
  ["https://0x7f.1/", "https://127.0.0.1/"],
])("the address %s is kept as %s", (typed, kept) => {
  expect(addWebhookInput.parse({ url: typed })).toEqual({ url: kept });
});

test.each([
  ["", /^Enter an address like/],
  ["hooks.example.com", /^Enter an address like/],
  ["https://", /^Enter an address like/],
  ["javascript:alert(1)", /^Enter an address like/],
  ["http://hooks.example.com/", /^Only https addresses are called/],
  ["https://user:password@hooks.example.com/", /^Leave out user name and password/],
  ["https://user@hooks.example.com/", /^Leave out user name and password/],
  [`https://hooks.example.com/${"a".repeat(2_000)}`, /at most 2,000 characters/],
  [`https://hooks.example.com/${"ü".repeat(500)}`, /at most 2,000 characters/],
  [null, /^Enter an address like/],
])("the address %s is refused in words", (typed, words) => {
  const parsed = addWebhookInput.safeParse({ url: typed });
  expect(parsed.error?.issues).toHaveLength(1);
  expect(parsed.error?.issues[0]?.message).toMatch(words);
  expect(parsed.error?.issues[0]?.message).not.toContain("password@");
});
