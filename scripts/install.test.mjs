import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isInstalled, withoutSecrets } from "./install.mjs";

const elsewhere = process.platform === "win32" ? "linux" : "win32";
const wanted = {
  "": { name: "project" },
  "node_modules/a": { version: "1.0.0" },
  "node_modules/b": { version: "2.0.0", optional: true, os: [elsewhere] },
};
let root;

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "install-"));
  fs.writeFileSync(path.join(root, "package-lock.json"), JSON.stringify({ packages: wanted }));
});

afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

function installedByHand(packages) {
  fs.mkdirSync(path.join(root, "node_modules"), { recursive: true });
  fs.writeFileSync(path.join(root, "node_modules/.package-lock.json"), JSON.stringify({ packages }));
}

test("no node_modules, or one that npm did not finish, is not installed", () => {
  expect(isInstalled(root)).toBe(false);
  fs.mkdirSync(path.join(root, "node_modules"));
  expect(isInstalled(root)).toBe(false);
});

test("packages installed by hand count when they are those of the lock file", () => {
  installedByHand({ "node_modules/a": { version: "1.0.0" } });
  expect(isInstalled(root)).toBe(true);
});

test.each([
  ["another version", { "node_modules/a": { version: "1.0.1" } }],
  ["a missing package", {}],
  ["one too many", { "node_modules/a": { version: "1.0.0" }, "node_modules/c": { version: "1.0.0" } }],
])("%s is not what the lock file says", (_name, packages) => {
  installedByHand(packages);
  expect(isInstalled(root)).toBe(false);
});

test("a changed lock file asks for another installation", () => {
  installedByHand({ "node_modules/a": { version: "1.0.0" } });
  expect(isInstalled(root)).toBe(true);
  const changed = { ...wanted, "node_modules/a": { version: "1.1.0" } };
  fs.writeFileSync(path.join(root, "package-lock.json"), JSON.stringify({ packages: changed }));
  expect(isInstalled(root)).toBe(false);
});

test("the programs that packages run while they are installed are told none of our secrets", () => {
  const ours = { CERTSWEEP_ADMIN_PASSWORD: "a", CERTSWEEP_SECRET: "b", DATABASE_URL: "c", PGPASSWORD: "d" };
  expect(withoutSecrets({ ...ours, PATH: "/bin", npm_config_registry: "e" })).toEqual({
    PATH: "/bin",
    npm_config_registry: "e",
  });
});
