import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hashSources, isBuilt } from "./build.mjs";

let root;

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "build-"));
  write("app/page.tsx", "one");
  write("package-lock.json", "{}");
});

afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

function write(file, text) {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  fs.writeFileSync(path.join(root, file), text);
}

test.each([
  ["a changed source", "app/page.tsx"],
  ["a new source", "lib/certificates/rules.ts"],
  ["a new file in public", "public/logo.svg"],
  ["a changed lock file", "package-lock.json"],
  ["a new configuration", "next.config.ts"],
])("%s makes the build old", (_name, file) => {
  const before = hashSources(root);
  write(file, "two");
  expect(hashSources(root)).not.toBe(before);
});

test.each([
  "app/page.test.tsx",
  "next-env.d.ts",
  "e2e/journey.ts",
  "docs/operations.md",
  "vitest.config.ts",
  ".data/secret",
])("%s leaves the build as it is", (file) => {
  const before = hashSources(root);
  write(file, "two");
  expect(hashSources(root)).toBe(before);
});

test("a renamed source makes the build old, and a saved one without a change does not", () => {
  const before = hashSources(root);
  write("app/page.tsx", "one");
  expect(hashSources(root)).toBe(before);
  fs.renameSync(path.join(root, "app/page.tsx"), path.join(root, "app/other.tsx"));
  expect(hashSources(root)).not.toBe(before);
});

test("only a finished build of these sources counts", () => {
  const sources = hashSources(root);
  expect(isBuilt(root, sources)).toBe(false);
  write(".next/certsweep-build", sources);
  expect(isBuilt(root, sources)).toBe(false);
  write(".next/BUILD_ID", "x");
  expect(isBuilt(root, sources)).toBe(true);
  expect(isBuilt(root, "other")).toBe(false);
});
