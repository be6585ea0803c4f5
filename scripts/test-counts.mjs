/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * @param {any} report vitest's JSON report, null when it wrote none
 * @param {boolean} ok how vitest ended
 * @returns {Counts} a file that could not be loaded is one failure
 */
export function countVitest(report, ok) {
  if (report === null) return { passed: 0, failed: 1, skipped: 0 };
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  );
  const failed = report.numFailedTests + broken.length;
  const skipped = report.numPendingTests + report.numTodoTests;
  return honest({ passed: report.numPassedTests, failed, skipped }, ok);
}

/**
 * @param {any} report Playwright's JSON report, null when it wrote none
 * @param {boolean} ok how Playwright ended
 * @returns {Counts} a journey that only passed when repeated has failed
 */
export function countPlaywright(report, ok) {
  if (report === null) return { passed: 0, failed: 1, skipped: 0 };
  const { expected, unexpected, flaky, skipped } = report.stats;
  return honest({ passed: expected, failed: unexpected + flaky + report.errors.length, skipped }, ok);
}

/** @param {Counts[]} counts */
export function addCounts(counts) {
  const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
  return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
}

/** The last line of a run. @param {Counts} counts */
export function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

// A runner that ended badly with no failed test (an error between tests, say) has still failed.
function honest(counts, ok) {
  return ok || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}
