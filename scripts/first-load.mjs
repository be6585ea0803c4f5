import fs from "node:fs";
import path from "node:path";
import vm from "node:vm";
import zlib from "node:zlib";
import { Refusal } from "./refusal.mjs";

/** What a screen may load first beyond an empty page, gzip, in bytes; those without a figure of their own take `other`. */
export const BUDGETS = { other: 60_000, "/": 45_000 };

// Next's own page for what no other page can show: it stands in every build, without any layout or part of ours.
const EMPTY_PAGE = "/_global-error/page";
// With one of these the empty page would load code of ours, and the screens would seem smaller than they are.
const WOULD_FILL_IT = /^(app\/global-error|instrumentation-client)\.[jt]sx?$/;

/**
 * The JavaScript that each screen of the build in `root` loads before it can be used, from the manifests by which Next
 * writes the script tags. Chunks that only an import() asks for are not in it, nor what only old browsers load.
 * @param {string} root the project's folder
 * @returns {{ floor: number, screens: { route: string, files: string[], bytes: number, beyond: number, budget: number }[] }}
 *   bytes of gzip; `beyond` the empty page, the largest first
 * @throws {Refusal} when the empty page is not empty
 */
export function measureFirstLoads(root) {
  refuseFilledFloor(root);
  const readJson = (file) => JSON.parse(fs.readFileSync(path.join(root, ".next", file), "utf8"));
  const always = readJson("build-manifest.json").rootMainFiles;
  const sizes = new Map();
  const sizeOf = (file) => {
    if (!sizes.has(file)) sizes.set(file, zlib.gzipSync(fs.readFileSync(path.join(root, ".next", file))).length);
    return sizes.get(file);
  };
  const filesOf = (page) => [...new Set([...always, ...chunksOf(root, page)])];
  const sum = (files) => files.reduce((bytes, file) => bytes + sizeOf(file), 0);
  const floor = sum(filesOf(EMPTY_PAGE));
  const screens = Object.entries(readJson("app-path-routes-manifest.json"))
    .filter(([page]) => page.endsWith("/page") && page !== EMPTY_PAGE)
    .map(([page, route]) => {
      const files = filesOf(page);
      const bytes = sum(files);
      return { route, files, bytes, beyond: bytes - floor, budget: BUDGETS[route] ?? BUDGETS.other };
    });
  return { floor, screens: screens.sort((a, b) => b.beyond - a.beyond) };
}

/** What the page and everything around it (layouts, error and not-found pages) bring along. */
function chunksOf(root, page) {
  const file = path.join(root, ".next/server/app", `${page}_client-reference-manifest.js`);
  const context = { globalThis: {} };
  vm.runInNewContext(fs.readFileSync(file, "utf8"), context);
  const { entryJSFiles } = context.globalThis.__RSC_MANIFEST[page];
  return Object.values(entryJSFiles).flat();
}

function refuseFilledFloor(root) {
  const names = [...fs.readdirSync(root), ...fs.readdirSync(path.join(root, "app")).map((name) => `app/${name}`)];
  const filling = names.find((name) => WOULD_FILL_IT.test(name));
  if (filling !== undefined)
    throw new Refusal(`${filling} is loaded by the empty page too, so that no screen could be measured against it.`);
}

/** @returns {string} one screen's figures as a line: "/  +33.29 of 45.00 kB" */
export function describeFirstLoad({ route, beyond, budget }) {
  const kb = (bytes) => (bytes / 1000).toFixed(2);
  return `${route}  +${kb(beyond)} of ${kb(budget)} kB`;
}
