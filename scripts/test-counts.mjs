/**
 * What a step of the tests found. `failures` has one entry for each that failed: what it was, and what it said; `repeated`
 * one for each that passed only when it was tried again, with what it said before.
 * @typedef {{ name: string, said: string }} Failure
 * @typedef {{ passed: number, skipped: number, failures: Failure[], repeated: Failure[] }} Counts
 */

const LONGEST = 3_000;
const NO_REPORT = [{ name: "the whole step", said: "It ended without a report. What it printed is above." }];
const ENDED_BADLY = [{ name: "outside every test", said: "Its runner ended badly. What it printed is above." }];

/** @type {Counts} */
export const NOTHING_FOUND = { passed: 0, skipped: 0, failures: [], repeated: [] };

/** @returns {Counts} a step that could not be done */
export function failedStep(name, said) {
  return { ...NOTHING_FOUND, failures: [{ name, said }] };
}

/**
 * @param {any} report vitest's JSON report, null when it wrote none
 * @param {boolean} ok how vitest ended
 * @returns {Counts} a file that could not be loaded is one failure
 */
export function countVitest(report, ok) {
  if (report === null) return { ...NOTHING_FOUND, failures: NO_REPORT };
  const failures = report.testResults.flatMap(({ name: file, status, message, assertionResults }) => {
    const tests = assertionResults.filter((test) => test.status === "failed");
    if (status === "failed" && tests.length === 0) return [{ name: file, said: message ?? "" }];
    return tests.map((test) => ({
      name: `${file} › ${test.fullName}`,
      said: (test.failureMessages ?? []).join("\n"),
    }));
  });
  const skipped = report.numPendingTests + report.numTodoTests;
  return honest({ passed: report.numPassedTests, skipped, failures, repeated: [] }, ok);
}

/**
 * @param {any} report Playwright's JSON report, null when it wrote none
 * @param {boolean} ok how Playwright ended
 * @returns {Counts} a journey that only passed when it was tried again has passed, and is told (docs/decisions/0042)
 */
export function countPlaywright(report, ok) {
  if (report === null) return { ...NOTHING_FOUND, failures: NO_REPORT };
  const found = (wanted) =>
    specsOf(report)
      .filter(({ tests }) => tests.some(({ status }) => status === wanted))
      .map((spec) => ({ name: `${spec.file} › ${spec.title}`, said: saidBy(spec) }));
  const outside = report.errors.map((error) => ({ name: "outside every journey", said: error.message ?? "" }));
  const { expected, flaky, skipped } = report.stats;
  const failures = [...found("unexpected"), ...outside];
  return honest({ passed: expected + flaky, skipped, failures, repeated: found("flaky") }, ok);
}

/** @param {Counts[]} counts @returns {Counts} */
export function addCounts(counts) {
  const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
  return {
    passed: sum("passed"),
    skipped: sum("skipped"),
    failures: counts.flatMap(({ failures }) => failures),
    repeated: counts.flatMap(({ repeated }) => repeated),
  };
}

/**
 * The end of a run: each failure once more, since its own place may be thousands of lines above, and a last line with
 * the figures. @param {Counts} counts
 */
export function summary({ passed, skipped, failures, repeated }) {
  const again = [
    ...repeated.map((one) => retold("PASSED ONLY WHEN TRIED AGAIN", one)),
    ...failures.map((one) => retold("FAILED", one)),
  ];
  const figures = `${passed} passed, ${failures.length} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
  return [...again, ...(again.length > 0 ? [""] : []), figures].join("\n");
}

function retold(how, { name, said }) {
  return `\n== ${how}: ${name}\n${said.slice(0, LONGEST)}`;
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
