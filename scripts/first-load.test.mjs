import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import zlib from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeFirstLoad, measureFirstLoads } from "./first-load.mjs";

let root = "";
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "certsweep-first-load-"));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

function write(file, text) {
  const whole = path.join(root, file);
  fs.mkdirSync(path.dirname(whole), { recursive: true });
  fs.writeFileSync(whole, text);
}

const CHUNKS = { "next.js": "n".repeat(500), "inner.js": "i".repeat(300), "own.js": `${Math.PI}`, "error.js": "e" };
const packed = (...names) => names.reduce((sum, name) => sum + zlib.gzipSync(CHUNKS[name]).length, 0);

/** A build of some pages, each with the chunks of its parts. */
function build(pages) {
  write("app/page.tsx", "");
  for (const [name, text] of Object.entries(CHUNKS)) write(`.next/${name}`, text);
  write(".next/build-manifest.json", JSON.stringify({ rootMainFiles: ["next.js"], polyfillFiles: ["own.js"] }));
  const all = { "/_global-error/page": { builtin: ["inner.js"] }, ...pages };
  const routes = Object.keys(all).map((page) => [page, page.replace("/(console)", "").replace("/page", "") || "/"]);
  write(".next/app-path-routes-manifest.json", JSON.stringify(Object.fromEntries([...routes, ["/api/route", "/api"]])));
  for (const [page, entryJSFiles] of Object.entries(all)) {
    const manifest = `globalThis.__RSC_MANIFEST = {}; globalThis.__RSC_MANIFEST[${JSON.stringify(page)}] = `;
    write(`.next/server/app${page}_client-reference-manifest.js`, manifest + JSON.stringify({ entryJSFiles }));
  }
}

test("every page is measured beyond Next's own empty one, each chunk once, the largest first", () => {
  build({
    "/setup/page": { layout: ["inner.js"], page: ["inner.js"] },
    "/(console)/page": { layout: ["inner.js", "error.js"], page: ["own.js", "error.js"] },
  });
  const { floor, screens } = measureFirstLoads(root);
  expect(floor).toBe(packed("next.js", "inner.js"));
  expect(screens).toMatchObject([
    { route: "/", bytes: floor + packed("own.js", "error.js"), beyond: packed("own.js", "error.js"), budget: 45_000 },
    { route: "/setup", bytes: floor, beyond: 0, budget: 60_000 },
  ]);
  expect(describeFirstLoad({ route: "/", beyond: 45_049, budget: 45_000 })).toBe("/  +45.05 of 45.00 kB");
});

test.each(["instrumentation-client.ts", "app/global-error.tsx"])(
  "%s would fill the empty page and is refused",
  (file) => {
    build({});
    write(file, "");
    expect(() => measureFirstLoads(root)).toThrow(/empty page/);
  },
);
