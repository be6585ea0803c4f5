import { expect, test } from "vitest";
import { addCounts, countPlaywright, countVitest, summary } from "./test-counts.mjs";

const vitest = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0, testResults: [] };
const playwright = { stats: { expected: 2, unexpected: 0, flaky: 0, skipped: 0 }, errors: [] };

test("counts add up to one line", () => {
  const total = addCounts([countVitest(vitest, true), countPlaywright(playwright, true)]);
  expect(summary(total)).toBe("5 passed, 0 failed, 1 skipped");
  expect(summary({ passed: 1, failed: 0, skipped: 0 })).toBe("1 passed, 0 failed");
});

test("a runner without a report has failed", () => {
  expect(countVitest(null, false).failed).toBe(1);
  expect(countPlaywright(null, true).failed).toBe(1);
});

test("a test file that cannot be loaded is a failure", () => {
  const testResults = [{ status: "failed", assertionResults: [] }];
  expect(countVitest({ ...vitest, testResults }, false).failed).toBe(1);
});

test("a runner that ended badly without a failed test has failed", () => {
  expect(countVitest(vitest, false).failed).toBe(1);
});

test("a journey that passed only when repeated has failed", () => {
  const stats = { ...playwright.stats, flaky: 1 };
  expect(countPlaywright({ ...playwright, stats }, true).failed).toBe(1);
});
