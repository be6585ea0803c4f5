import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { forgetTypes } from "./build.mjs";
import { ensurePackages } from "./install.mjs";
import { describe } from "./refusal.mjs";
import { runNode } from "./run-command.mjs";

const ROOT = path.join(import.meta.dirname, "..");

/**
 * Everything that can be said about the code without running it.
 * @returns {Promise<import("./test-counts.mjs").Failure[]>} the steps that failed, with what they said
 */
export async function check() {
  await ensurePackages(ROOT);
  forgetTypes(ROOT);
  const failures = [];
  for (const [name, args] of listSteps()) {
    const begun = Date.now();
    const { ok, output } = await runNode(args, {
      cwd: ROOT,
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", TEST_DATABASE_URL: "none" },
    });
    console.log(`${ok ? "ok    " : "FAILED"} ${name} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
    if (ok) continue;
    console.log(output.trimEnd());
    failures.push({ name, said: output.trim() });
  }
  return failures;
}

function listSteps() {
  const steps = [
    ["biome: style and defects", [bin("@biomejs/biome/bin/biome"), "ci", "--colors=off", "."]],
    ["next typegen: types of the routes", [bin("next/dist/bin/next"), "typegen"]],
    ["tsc: types", [bin("typescript/bin/tsc"), "--noEmit"]],
    ["knip: nothing unused", [bin("knip/bin/knip.js")]],
  ];
  const migrations = listMigrations();
  if (migrations.length > 0) {
    steps.push(["squawk: migrations are safe", [bin("squawk-cli/js/bin/squawk"), ...migrations]]);
  }
  if (fs.existsSync(path.join(ROOT, "lib/layers.test.ts"))) {
    steps.push(["vitest: who may import whom", [bin("vitest/vitest.mjs"), "run", "lib/layers.test.ts"]]);
  }
  return steps;
}

function listMigrations() {
  const folder = path.join(ROOT, "drizzle/migrations");
  if (!fs.existsSync(folder)) return [];
  const files = fs.readdirSync(folder).filter((name) => name.endsWith(".sql"));
  return files.map((name) => path.join("drizzle/migrations", name));
}

function bin(file) {
  return path.join(ROOT, "node_modules", file);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    process.exitCode = (await check()).length > 0 ? 1 : 0;
  } catch (error) {
    console.error(describe(error));
    process.exitCode = 1;
  }
}
