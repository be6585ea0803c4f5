import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ensureBuild } from "../scripts/build.mjs";

const ROOT = path.join(import.meta.dirname, "..");
const COPY = path.join(import.meta.dirname, ".app");
const FOLDERS = ["app", "components", "drizzle", "lib", "public", "scripts"];
const ROOT_FILE = /^(?:next\.config|postcss\.config|proxy|instrumentation[\w-]*|tsconfig|package)\.(?:ts|mjs|json)$/;
const EMPTY_PAGE = "export default function EmptyPage() {\n  return null;\n}\n";

/** Where the copy serves a page with nothing in it. */
export const EMPTY_PATH = "/empty";

/**
 * Builds a copy of the product that has one page more: an empty one, which goes the way of all pages, so that what
 * Next itself takes can be measured beside the product's own pages. The product has no such page.
 * @returns the folder of the copy
 */
export async function buildCopy(): Promise<string> {
  mkdirSync(COPY, { recursive: true });
  for (const name of readdirSync(COPY)) {
    if (name !== ".next") rmSync(path.join(COPY, name), { recursive: true, force: true });
  }
  for (const folder of FOLDERS)
    cpSync(path.join(ROOT, folder), path.join(COPY, folder), { recursive: true, filter: isNoTest });
  for (const name of readdirSync(ROOT).filter((file) => ROOT_FILE.test(file))) {
    cpSync(path.join(ROOT, name), path.join(COPY, name));
  }
  rootAtProject("next.config.ts");
  mkdirSync(path.join(COPY, `app${EMPTY_PATH}`));
  writeFileSync(path.join(COPY, `app${EMPTY_PATH}/page.tsx`), EMPTY_PAGE);
  if (!existsSync(path.join(COPY, "node_modules")))
    symlinkSync(path.join(ROOT, "node_modules"), path.join(COPY, "node_modules"), "junction");
  await ensureBuild(COPY, process.env);
  return COPY;
}

/** Modules of tests are .ts; a component may be called as it likes. */
function isNoTest(file: string): boolean {
  return !/\.test\.tsx?$/.test(file) && !/[\\/]test-[^\\/]*\.ts$/.test(file);
}

/** The packages stay where they are, above the copy. */
function rootAtProject(config: string): void {
  const file = path.join(COPY, config);
  const text = readFileSync(file, "utf8");
  const moved = text.replace("root: import.meta.dirname", `root: ${JSON.stringify(ROOT)}`);
  if (moved === text) throw new Error(`${config} no longer says where its root is`);
  writeFileSync(file, moved);
}
