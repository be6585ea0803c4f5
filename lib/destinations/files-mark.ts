import "server-only";
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Folder } from "@/lib/destinations/files-folder";
import { type Contents, readPlain } from "@/lib/destinations/files-writing";

/** Whose the files of a name are, and the SHA-256 of every contents that the sync gave them, in hex. */
const mark = z.object({ syncId: z.string(), sums: z.array(z.string()) });
export type Mark = z.infer<typeof mark>;

/** Null where there is none that can be read: the files are then not Certsweep's. */
export async function readMark(folder: Folder, name: string): Promise<Mark | null> {
  const file = await readPlain(folder, fileNameOf(name));
  if (file === null) return null;
  try {
    return mark.parse(JSON.parse(file.text));
  } catch {
    return null;
  }
}

export function markFile(name: string, contents: Mark): Contents {
  return { name: fileNameOf(name), text: `${JSON.stringify(contents)}\n`, mode: 0o600 };
}

export function sumOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function fileNameOf(name: string): string {
  return `.${name}.certsweep.json`;
}
