import { describe, expect, test } from "vitest";
import { returnPath, signInSentence, waitSecondsAfter } from "@/lib/auth/rules";

describe("the wait after failed sign-ins", () => {
  test.each([
    [1, 0],
    [4, 0],
    [5, 2],
    [6, 4],
    [7, 8],
    [13, 512],
    [14, 900],
    [5_000, 900],
  ])("after failure %i of one person at one address the next attempt waits %i seconds", (failures, seconds) => {
    expect(waitSecondsAfter("visitor", failures)).toBe(seconds);
  });

  test("an address, which many people may share, is slowed later than a person there", () => {
    expect(waitSecondsAfter("address", 19)).toBe(0);
    expect(waitSecondsAfter("address", 20)).toBe(2);
  });

  test("a person whom strangers guess at from many addresses waits half a minute at most", () => {
    expect(waitSecondsAfter("account", 24)).toBe(0);
    expect(waitSecondsAfter("account", 25)).toBe(2);
    expect(waitSecondsAfter("account", 5_000)).toBe(30);
  });
});

describe("the page to go to after sign-in", () => {
  test.each(["/", "/removals", "/?status=expired&q=a%20b", "/settings/cleanup?x=1"])("%s is our own", (path) => {
    expect(returnPath(path)).toBe(path);
  });

  test.each([
    undefined,
    "",
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "removals",
    "/sign-in",
    "/sign-in?from=/sign-in",
    "/api/auth/signout",
    "/x/../sign-in",
  ])("%s leads to the Overview", (path) => {
    expect(returnPath(path)).toBe("/");
  });
});

describe("the sentence for a failed sign-in", () => {
  test("says for how many seconds to wait", () => {
    expect(signInSentence("wait:12")).toContain("in 12 seconds.");
    expect(signInSentence("wait:1")).toContain("in 1 second.");
  });

  test("is nothing without a failure, and a sentence for any code there may be", () => {
    expect(signInSentence(null)).toBeNull();
    expect(signInSentence("OAuthCallback")).toMatch(/Single sign-on/);
    expect(signInSentence("<script>")).toMatch(/Single sign-on/);
  });
});
