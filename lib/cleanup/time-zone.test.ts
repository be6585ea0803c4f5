import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";

const ROOT = path.join(import.meta.dirname, "../..");
/** Everything in which a moment decides. */
const FILES = [
  "lib/cleanup/rules.test.ts",
  "lib/cleanup/settings.test.ts",
  "lib/cleanup/claim.test.ts",
  "lib/cleanup/run.test.ts",
  "lib/cleanup/brake.test.ts",
  "lib/removal/law.test.ts",
  "lib/removal/commands.test.ts",
  "lib/dates/rules.test.ts",
];

const report = z.object({
  success: z.boolean(),
  numPassedTests: z.number(),
  testResults: z.array(z.object({ name: z.string(), status: z.string(), assertionResults: z.array(z.unknown()) })),
});

/** A machine that does much else needs minutes for a few hundred tests. */
const LIMIT_MS = 600_000;

test(
  "the same tests pass in a process of New York whose database sessions are New York's too",
  async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "certsweep-zone-"));
    try {
      const file = path.join(folder, "report.json");
      const output = await runInNewYork(["--reporter=json", `--outputFile=${file}`, ...FILES]);
      const { success, testResults, numPassedTests } = report.parse(JSON.parse(readFileSync(file, "utf8")));
      expect(success, output).toBe(true);
      expect(testResults.map(({ name }) => path.relative(ROOT, name)).toSorted()).toEqual(FILES.toSorted());
      expect(testResults.filter(({ assertionResults }) => assertionResults.length === 0)).toEqual([]);
      expect(numPassedTests).toBeGreaterThan(100);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  LIMIT_MS,
);

/** Runs tests in a process that is born there, with sessions that PostgreSQL opens there. */
function runInNewYork(args: string[]): Promise<string> {
  const database = new URL(process.env.TEST_DATABASE_URL ?? "");
  database.searchParams.set("options", "-c timezone=America/New_York");
  const { DATABASE_URL, VITEST, VITEST_MODE, VITEST_POOL_ID, VITEST_WORKER_ID, ...own } = process.env;
  const child = spawn(process.execPath, ["node_modules/vitest/vitest.mjs", "run", ...args], {
    cwd: ROOT,
    env: { ...own, TZ: "America/New_York", TEST_DATABASE_URL: database.href },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve(output));
  });
}
