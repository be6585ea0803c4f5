import "server-only";
import { lstat, mkdir, realpath } from "node:fs/promises";
import path from "node:path";
import { DestinationError } from "@/lib/destinations/adapter";

/** A folder below the root, found without following a link. */
export type Folder = { path: string; relative: string };

const FOLDER_MODE = 0o755;

/** Makes what is missing of a folder below the root. `relative` is plain names with "/" between them, or "". */
export async function makeFolder(root: string, relative: string): Promise<Folder> {
  const folder = await walk(root, relative, (step) => makeOne(step));
  if (folder === null) throw new DestinationError("missing", `The folder ${relative} vanished.`);
  return folder;
}

/** The folder, or null where there is none. */
export function findFolder(root: string, relative: string): Promise<Folder | null> {
  return walk(root, relative, () => Promise.resolve());
}

/** Whether the folder still is what was found: nobody put a link in its place or above it. */
export async function isStill({ path: found }: Folder): Promise<boolean> {
  return (await realpath(found)) === found;
}

async function walk(root: string, relative: string, prepare: (step: string) => Promise<void>): Promise<Folder | null> {
  let step = await realRoot(root);
  for (const name of relative.split("/").filter((part) => part !== "")) {
    step = path.join(step, name);
    await prepare(step);
    const found = await lstat(step).catch(nullIfMissing);
    if (found === null) return null;
    if (!found.isDirectory())
      throw new DestinationError("rejected", `${relative} leads over a link or a file. Links are not followed.`);
  }
  return { path: step, relative };
}

async function realRoot(root: string): Promise<string> {
  const real = await realpath(root).catch(nullIfMissing);
  if (real === null)
    throw new DestinationError("missing", "The folder that CERTSWEEP_FILES_ROOT names does not exist. Make it first.");
  return real;
}

async function makeOne(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: FOLDER_MODE });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

export function nullIfMissing(error: unknown): null {
  if (codeOf(error) === "ENOENT") return null;
  throw error;
}

export function codeOf(error: unknown): string | null {
  return error instanceof Error && "code" in error ? String(error.code) : null;
}
