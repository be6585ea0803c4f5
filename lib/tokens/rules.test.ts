import { describe, expect, test } from "vitest";
import { rateLimitHeaders, tokenStateOf } from "@/lib/tokens/rules";
import { tokenInput } from "@/lib/tokens/schema";

const given = { name: "deploy", role: "member", days: 90, ranges: [] };

describe("what a new token is asked for", () => {
  test.each([
    ["203.0.113.9", "203.0.113.9/32"],
    [" 203.0.113.0/24 ", "203.0.113.0/24"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["2001:db8::5", "2001:db8::5/128"],
    ["2001:DB8::/32", "2001:DB8::/32"],
  ])("takes %j as the range %s", (typed, range) => {
    expect(tokenInput.parse({ ...given, ranges: [typed] }).ranges).toEqual([range]);
  });

  test.each([
    "",
    "example.com",
    "203.0.113.0/33",
    "2001:db8::/129",
    "203.0.113/24",
    "010.0.0.1",
    "203.0.113.0/24/8",
    "203.0.113.0/+8",
    "fe80::1%eth0",
    "::ffff:203.0.113.9",
    "1.2.3.4/",
  ])("refuses %j as a range", (typed) => {
    expect(tokenInput.safeParse({ ...given, ranges: [typed] }).error?.issues[0]?.message).toMatch(
      /is no IP address range/,
    );
  });

  test("lives a whole number of days, from 1 to 365, refused otherwise and never clamped", () => {
    for (const days of [1, 90, 365]) expect(tokenInput.safeParse({ ...given, days }).success).toBe(true);
    for (const days of [0, 366, -1, 1.5, Number.NaN, "90", null])
      expect(tokenInput.safeParse({ ...given, days }).error?.issues[0]?.message).toBe(
        "Enter a whole number of days from 1 to 365.",
      );
  });

  test("has a name of one line, up to 100 characters", () => {
    for (const name of ["x", "x".repeat(100), "  Déploiement №1  "])
      expect(tokenInput.parse({ ...given, name }).name).toBe(name.trim());
    for (const name of ["", "   ", "x".repeat(101), "two\nlines", "nul\0"])
      expect(tokenInput.safeParse({ ...given, name }).success).toBe(false);
  });
});

test("a token expires at its moment, to the millisecond, and one that was revoked stays revoked", () => {
  const expiresAt = new Date("2027-01-01T00:00:00.000Z");
  const around = [-1, 0, 1].map((milliseconds) => new Date(expiresAt.getTime() + milliseconds));
  expect(around.map((now) => tokenStateOf({ revokedAt: null, expiresAt }, now))).toEqual([
    "active",
    "expired",
    "expired",
  ]);
  expect(around.map((now) => tokenStateOf({ revokedAt: expiresAt, expiresAt }, now))).toEqual(Array(3).fill("revoked"));
});

test("the headers say what is left and when the window ends", () => {
  expect(rateLimitHeaders({ limit: 1_200, remaining: 50, resetSeconds: 30 })).toEqual({
    ratelimit: '"default";r=50;t=30',
    "ratelimit-policy": '"default";q=1200;w=300',
  });
});
