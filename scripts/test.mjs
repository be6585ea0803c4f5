import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { ensureBuild } from "./build.mjs";
import { check } from "./check.mjs";
import { describeFirstLoad, measureFirstLoads } from "./first-load.mjs";
import { describe, Refusal } from "./refusal.mjs";
import { runNode } from "./run-command.mjs";
import { onStop, stop, stopOnSignals } from "./stopping.mjs";
import { addCounts, countPlaywright, countVitest, failedStep, NOTHING_FOUND, summary } from "./test-counts.mjs";

const ROOT = path.join(import.meta.dirname, "..");
const reports = fs.mkdtempSync(path.join(os.tmpdir(), "certsweep-reports-"));

stopOnSignals(130);
onStop(() => fs.rmSync(reports, { recursive: true, force: true }));

// A step that fails does not keep the next from saying what it finds.
const counts = [await step("check", runCheck)];
let env = null;
counts.push(
  await step("a database for the tests", async () => {
    env = await prepareEnvironment();
    return NOTHING_FOUND;
  }),
);
if (env !== null) {
  counts.push(await step("vitest", () => runVitest(env)));
  const build = await step("build", () => runBuild(env));
  counts.push(build);
  if (build.failures.length === 0) {
    counts.push(await step("what each screen loads first", checkFirstLoads));
    counts.push(await step("journeys in a browser", () => runPlaywright(env)));
  }
}
const total = addCounts(counts);
onStop(() => console.log(summary(total)));
await stop(total.failures.length > 0 || total.passed === 0 ? 1 : 0);

async function step(name, run) {
  console.log(`\n== ${name}`);
  try {
    return await run();
  } catch (error) {
    console.error(describe(error));
    return failedStep(name, describe(error));
  }
}

async function runCheck() {
  return { ...NOTHING_FOUND, failures: await check() };
}

/** The tests see none of the operator's settings, only a server on which they make databases of their own. */
async function prepareEnvironment() {
  const { DATABASE_URL, PORT, HOST, NODE_ENV, ...rest } = process.env;
  const own = Object.entries(rest).filter(([name]) => !name.startsWith("CERTSWEEP_") && !name.startsWith("npm_"));
  return {
    ...Object.fromEntries(own),
    NEXT_TELEMETRY_DISABLED: "1",
    TEST_DATABASE_URL: DATABASE_URL || (await startDatabase()),
  };
}

async function startDatabase() {
  const { startTestPostgres } = await import("./test-postgres.mjs");
  const postgres = await startTestPostgres();
  onStop(postgres.stop);
  return postgres.adminUrl;
}

async function runVitest(testEnv) {
  const report = path.join(reports, "vitest.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { ok } = await runNode(["node_modules/vitest/vitest.mjs", "run", ...reporters], {
    env: testEnv,
    cwd: ROOT,
    live: true,
  });
  return countVitest(readReport(report), ok);
}

async function runBuild(testEnv) {
  // The build may look at the settings but reaches no database.
  const placeholders = { DATABASE_URL: testEnv.TEST_DATABASE_URL, CERTSWEEP_SECRET: "0".repeat(32) };
  const buildEnv = { ...testEnv, ...placeholders, CERTSWEEP_ENCRYPTION_KEY: Buffer.alloc(32).toString("base64") };
  await ensureBuild(ROOT, buildEnv);
  return NOTHING_FOUND;
}

/** Each screen within its budget is a test that passed. */
function checkFirstLoads() {
  const { screens } = measureFirstLoads(ROOT);
  const tooLarge = screens.filter(({ beyond, budget }) => beyond > budget);
  for (const screen of screens)
    console.log(`${tooLarge.includes(screen) ? "FAILED" : "ok    "} ${describeFirstLoad(screen)}`);
  const failures = tooLarge.map((screen) => ({ name: "what a screen loads first", said: describeFirstLoad(screen) }));
  return { ...NOTHING_FOUND, passed: screens.length - tooLarge.length, failures };
}

async function runPlaywright(testEnv) {
  if (!fs.existsSync(path.join(ROOT, "e2e/playwright.config.ts")))
    throw new Refusal("There is no e2e/playwright.config.ts.");
  const { findBrowser } = await import("./find-browser.mjs");
  const browser = await findBrowser(ROOT);
  console.log(`Browser: ${browser.how}, ${browser.executablePath}`);
  const report = path.join(reports, "playwright.json");
  const e2eEnv = { ...testEnv, E2E_BROWSER: JSON.stringify(browser), PLAYWRIGHT_JSON_OUTPUT_FILE: report };
  const args = [
    "node_modules/@playwright/test/cli.js",
    "test",
    "-c",
    "e2e/playwright.config.ts",
    "--reporter=list,json",
  ];
  const { ok } = await runNode(args, { env: e2eEnv, cwd: ROOT, live: true });
  return countPlaywright(readReport(report), ok);
}

function readReport(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : null;
}
