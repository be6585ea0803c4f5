import "server-only";
import { constants } from "node:fs";
import { type FileHandle, open, rename, unlink } from "node:fs/promises";
import path from "node:path";
import { DestinationError } from "@/lib/destinations/adapter";
import { codeOf, type Folder, isStill, makeFolder, nullIfMissing } from "@/lib/destinations/files-folder";

export type Contents = { name: string; text: string; mode: number };

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
/** Longer ones were not written by Certsweep. */
const READ_LIMIT_BYTES = 1_048_576;
const PERMISSIONS = 0o777;

/**
 * Writes a file so that readers see the old contents or the new ones and never a part, also after a loss of power. The
 * mode is as wanted whatever the umask. A half-written file of an earlier try is replaced.
 */
export async function writeWhole(folder: Folder, { name, text, mode }: Contents): Promise<void> {
  const draft = path.join(folder.path, `.${name}.certsweep-draft`);
  await unlink(draft).catch(nullIfMissing);
  const handle = await open(draft, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, 0o600);
  try {
    if (!(await isStill(folder)))
      throw new DestinationError("rejected", "The folder was replaced by a link meanwhile.");
    await handle.writeFile(text);
    await handle.chmod(mode);
    await handle.sync();
    await handle.close();
    await rename(draft, path.join(folder.path, name));
  } catch (error) {
    await handle.close().catch(() => undefined);
    await unlink(draft).catch(nullIfMissing);
    throw error;
  }
  await syncFolder(folder);
}

/** What a file holds and its permissions; null where there is none. */
export async function readPlain(folder: Folder, name: string): Promise<{ text: string; mode: number } | null> {
  const handle = await openPlain(path.join(folder.path, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK, name);
  if (handle === null) return null;
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw noFile(name);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(READ_LIMIT_BYTES), 0, READ_LIMIT_BYTES, 0);
    return { text: buffer.toString("utf8", 0, bytesRead), mode: found.mode & PERMISSIONS };
  } finally {
    await handle.close();
  }
}

export async function removePlain(folder: Folder, name: string): Promise<void> {
  await unlink(path.join(folder.path, name)).catch(nullIfMissing);
  await syncFolder(folder);
}

/** Sets the time of a file below the root, which is made where there is none: whoever watches it reloads. */
export async function touch(root: string, relative: string): Promise<void> {
  const folder = await makeFolder(root, relative.split("/").slice(0, -1).join("/"));
  const file = path.join(folder.path, path.basename(relative));
  const handle = await openPlain(file, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, relative);
  if (handle === null) throw noFile(relative);
  try {
    if (!(await handle.stat()).isFile()) throw noFile(relative);
    const now = new Date();
    await handle.utimes(now, now);
  } finally {
    await handle.close();
  }
}

async function openPlain(file: string, flags: number, name: string): Promise<FileHandle | null> {
  try {
    return await open(file, flags, 0o644);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    // A link, and a pipe that nobody reads.
    if (codeOf(error) === "ELOOP" || codeOf(error) === "ENXIO") throw noFile(name);
    throw error;
  }
}

async function syncFolder(folder: Folder): Promise<void> {
  const handle = await open(folder.path, O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function noFile(name: string): DestinationError {
  return new DestinationError("rejected", `${name} is no plain file. Links are not followed.`);
}
