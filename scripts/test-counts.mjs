/**
 * What a step of the tests found. `failures` has one entry for each that failed: what it was, and what it said.
 * @typedef {{ name: string, said: string }} Failure
 * @typedef {{ passed: number, skipped: number, failures: Failure[] }} Counts
 */

const LONGEST = 3_000;
const NO_REPORT = [{ name: "the whole step", said: "It ended without a report. What it printed is above." }];
const ENDED_BADLY = [{ name: "outside every test", said: "Its runner ended badly. What it printed is above." }];

/** @returns {Counts} a step that could not be done */
export function failedStep(name, said) {
  return { passed: 0, skipped: 0, failures: [{ name, said }] };
}

/**
 * @param {any} report vitest's JSON report, null when it wrote none
 * @param {boolean} ok how vitest ended
 * @returns {Counts} a file that could not be loaded is one failure
 */
export function countVitest(report, ok) {
  if (report === null) return { passed: 0, skipped: 0, failures: NO_REPORT };
  const failures = report.testResults.flatMap(({ name: file, status, message, assertionResults }) => {
    const tests = assertionResults.filter((test) => test.status === "failed");
    if (status === "failed" && tests.length === 0) return [{ name: file, said: message ?? "" }];
    return tests.map((test) => ({
      name: `${file} › ${test.fullName}`,
      said: (test.failureMessages ?? []).join("\n"),
    }));
  });
  const skipped = report.numPendingTests + report.numTodoTests;
  return honest({ passed: report.numPassedTests, skipped, failures }, ok);
}

/**
 * @param {any} report Playwright's JSON report, null when it wrote none
 * @param {boolean} ok how Playwright ended
 * @returns {Counts} a journey that only passed when repeated has failed
 */
export function countPlaywright(report, ok) {
  if (report === null) return { passed: 0, skipped: 0, failures: NO_REPORT };
  const journeys = specsOf(report).filter(({ tests }) =>
    tests.some(({ status }) => status === "unexpected" || status === "flaky"),
  );
  const failures = [
    ...journeys.map((spec) => ({ name: `${spec.file} › ${spec.title}`, said: saidBy(spec) })),
    ...report.errors.map((error) => ({ name: "outside every journey", said: error.message ?? "" })),
  ];
  return honest({ passed: report.stats.expected, skipped: report.stats.skipped, failures }, ok);
}

/** @param {Counts[]} counts @returns {Counts} */
export function addCounts(counts) {
  const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
  return {
    passed: sum("passed"),
    skipped: sum("skipped"),
    failures: counts.flatMap(({ failures }) => failures),
  };
}

/**
 * The end of a run: each failure once more, since its own place may be thousands of lines above, and a last line with
 * the figures. @param {Counts} counts
 */
export function summary({ passed, skipped, failures }) {
  const again = failures.map(({ name, said }) => `\n== FAILED: ${name}\n${said.slice(0, LONGEST)}`);
  const figures = `${passed} passed, ${failures.length} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
  return [...again, ...(again.length > 0 ? [""] : []), figures].join("\n");
}

function specsOf({ specs = [], suites = [] }) {
  return [...specs, ...suites.flatMap(specsOf)];
}

function saidBy({ tests }) {
  const errors = tests.flatMap(({ results }) => results.flatMap((result) => result.errors ?? []));
  return errors.map(({ message }) => message ?? "").join("\n");
}

// A runner that ended badly with no failed test (an error between tests, say) has still failed.
function honest(counts, ok) {
  return ok || counts.failures.length > 0 ? counts : { ...counts, failures: ENDED_BADLY };
}
