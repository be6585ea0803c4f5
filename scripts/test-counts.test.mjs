import { expect, test } from "vitest";
import { addCounts, countPlaywright, countVitest, failedStep, NOTHING_FOUND, summary } from "./test-counts.mjs";

const vitest = { numPassedTests: 3, numPendingTests: 1, numTodoTests: 0, testResults: [] };
const playwright = { stats: { expected: 2, flaky: 0, skipped: 0 }, errors: [], suites: [] };

test("counts add up to one line", () => {
  const total = addCounts([countVitest(vitest, true), countPlaywright(playwright, true)]);
  expect(summary(total)).toBe("5 passed, 0 failed, 1 skipped");
  expect(summary({ ...NOTHING_FOUND, passed: 1 })).toBe("1 passed, 0 failed");
});

test("a runner without a report has failed", () => {
  expect(countVitest(null, false).failures).toHaveLength(1);
  expect(countPlaywright(null, true).failures).toHaveLength(1);
});

test("what failed is said again at the end, before the figures", () => {
  const testResults = [
    {
      name: "lib/a.test.ts",
      status: "failed",
      assertionResults: [
        { status: "passed", fullName: "one" },
        { status: "failed", fullName: "two", failureMessages: ["expected 1 to be 2"] },
      ],
    },
  ];
  const found = countVitest({ ...vitest, testResults }, false);
  expect(found.failures).toEqual([{ name: "lib/a.test.ts › two", said: "expected 1 to be 2" }]);
  const total = addCounts([failedStep("build", "x".repeat(5_000)), found]);
  expect(summary(total).split("\n")).toEqual([
    "",
    "== FAILED: build",
    "x".repeat(3_000),
    "",
    "== FAILED: lib/a.test.ts › two",
    "expected 1 to be 2",
    "",
    "3 passed, 2 failed, 1 skipped",
  ]);
});

test("a test file that cannot be loaded is a failure", () => {
  const testResults = [{ name: "lib/b.test.ts", status: "failed", message: "no such module", assertionResults: [] }];
  expect(countVitest({ ...vitest, testResults }, false).failures).toEqual([
    { name: "lib/b.test.ts", said: "no such module" },
  ]);
});

test("a runner that ended badly without a failed test has failed", () => {
  expect(countVitest(vitest, false).failures).toHaveLength(1);
  expect(countPlaywright(playwright, false).failures).toHaveLength(1);
});

test("a journey that failed has failed, and one that passed only when tried again is told, however deep they stand", () => {
  const ran = (status, message) => ({ status, results: [{ errors: [{ message }] }, { errors: [] }] });
  const suites = [
    {
      specs: [{ file: "a.spec.ts", title: "one", tests: [ran("unexpected", "no button")] }],
      suites: [
        {
          specs: [
            { file: "a.spec.ts", title: "two", tests: [ran("flaky", "too late")] },
            { file: "a.spec.ts", title: "three", tests: [{ status: "expected", results: [{ errors: [] }] }] },
          ],
        },
      ],
    },
  ];
  const stats = { expected: 1, flaky: 1, skipped: 0 };
  const found = countPlaywright({ ...playwright, stats, suites, errors: [{ message: "no browser" }] }, false);
  expect(found.failures).toEqual([
    { name: "a.spec.ts › one", said: "no button" },
    { name: "outside every journey", said: "no browser" },
  ]);
  expect(found.repeated).toEqual([{ name: "a.spec.ts › two", said: "too late" }]);
  expect(summary({ ...found, failures: [] }).split("\n")).toEqual([
    "",
    "== PASSED ONLY WHEN TRIED AGAIN: a.spec.ts › two",
    "too late",
    "",
    "2 passed, 0 failed",
  ]);
});
