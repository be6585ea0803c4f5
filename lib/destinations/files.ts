import "server-only";
import { readdir } from "node:fs/promises";
import { z } from "zod";
import { type CopyOf, DestinationError } from "@/lib/destinations/adapter";
import { bundleOf, endLine, fingerprintOf, isRenewalOf, plainName } from "@/lib/destinations/copy";
import { fileFailure } from "@/lib/destinations/files-failures";
import { type Folder, findFolder, makeFolder } from "@/lib/destinations/files-folder";
import { markFile, readMark, sumOf } from "@/lib/destinations/files-mark";
import { type Contents, readPlain, removePlain, touch, writeWhole } from "@/lib/destinations/files-writing";
import { defineKind } from "@/lib/destinations/guard";

const NAME_LIMIT = 100;
const PUBLIC = 0o644;
const SECRET = 0o600;

/** Names below the root, each one plain: none begins with a dot, so none is "..". */
const relativePath = z
  .string()
  .trim()
  .max(500)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*){0,7}$/, "Enter plain names with / between them.");

const settings = z.object({
  folder: relativePath,
  touch: z.preprocess((value) => (value === "" ? undefined : value), relativePath.optional()),
});

/** PEM files on the server's own disk. The remote id is "folder/name"; what is Certsweep's is told by a file beside it. */
export const files = defineKind({
  settings,
  credentials: z.object({}),
  explain: fileFailure,
  open: async (place, _none, { filesRoot }) => {
    if (filesRoot === null)
      throw new DestinationError(
        "rejected",
        "The server's setting CERTSWEEP_FILES_ROOT names no folder, so no files are written.",
      );
    const reload = () => (place.touch === undefined ? Promise.resolve() : touch(filesRoot, place.touch));
    return {
      list: async () => {
        await readdir((await makeFolder(filesRoot, place.folder)).path);
      },
      push: async (copy, remoteId) => {
        const [folder, name] = remoteId === null ? [place.folder, plainName(copy.name, NAME_LIMIT)] : split(remoteId);
        await write(await makeFolder(filesRoot, folder), name, copy);
        await reload();
        return { remoteId: `${folder}/${name}` };
      },
      look: async (copy, remoteId) => {
        const [path, name] = split(remoteId);
        const folder = await findFolder(filesRoot, path);
        return { state: folder === null ? "absent" : await stateOf(folder, name, copy), inUseBy: [] };
      },
      remove: async (remoteId, copy) => {
        const [path, name] = split(remoteId);
        const folder = await findFolder(filesRoot, path);
        if (folder !== null && (await removeFiles(folder, name, copy))) await reload();
      },
    };
  },
});

/**
 * In the order of writing. NAME.pem has key and certificates in one file and so in one step; it comes last, and programs
 * that read two files are told to reload after it.
 */
function filesOf(name: string, copy: CopyOf): Contents[] {
  const chain = { name: `${name}.crt`, text: bundleOf(copy), mode: PUBLIC };
  if (copy.privateKey === null) return [chain];
  const key = endLine(copy.privateKey);
  return [
    { name: `${name}.key`, text: key, mode: SECRET },
    chain,
    { name: `${name}.pem`, text: key + chain.text, mode: SECRET },
  ];
}

/** The mark goes first and names old and new contents, so that a write that breaks off is still known as this sync's. */
async function write(folder: Folder, name: string, copy: CopyOf): Promise<void> {
  const wanted = filesOf(name, copy);
  const mark = await readMark(folder, name);
  for (const file of [...new Set([...wanted.map((one) => one.name), `${name}.crt`])]) {
    const there = await readPlain(folder, file);
    if (there !== null && mark === null) throw notOurs(`${folder.relative}/${file}`);
  }
  if (mark !== null && mark.syncId !== copy.syncId) {
    const there = await readPlain(folder, `${name}.crt`);
    if (there !== null && !isRenewalOf(copy, there.text)) throw notOurs(`${folder.relative}/${name}`);
  }
  const sums = wanted.map(({ text }) => sumOf(text));
  await writeWhole(
    folder,
    markFile(name, { syncId: copy.syncId, sums: [...new Set([...(mark?.sums ?? []), ...sums])] }),
  );
  for (const file of wanted) await writeWhole(folder, file);
  await writeWhole(folder, markFile(name, { syncId: copy.syncId, sums }));
}

async function stateOf(folder: Folder, name: string, copy: CopyOf): Promise<"present" | "absent" | "different"> {
  const wanted = filesOf(name, copy);
  const there = await Promise.all(wanted.map((file) => readPlain(folder, file.name)));
  if (there.every((file) => file === null)) return "absent";
  const isOwn = (await readMark(folder, name))?.syncId === copy.syncId;
  const isSame = wanted.every(({ text, mode }, at) => there[at]?.text === text && there[at]?.mode === mode);
  return isOwn && isSame ? "present" : "different";
}

/** Whether anything was there to remove. What somebody else changed stays, and is told of. */
async function removeFiles(
  folder: Folder,
  name: string,
  copy: Pick<CopyOf, "syncId" | "fingerprint">,
): Promise<boolean> {
  const mark = await readMark(folder, name);
  const found = await Promise.all(
    ENDINGS.map(async (ending) => ({ ending, file: await readPlain(folder, name + ending) })),
  );
  const there = found.flatMap(({ ending, file }) => (file === null ? [] : [{ name: name + ending, text: file.text }]));
  if (mark === null) {
    if (there.some(({ text }) => fingerprintOf(text) === copy.fingerprint)) throw notOurs(`${folder.relative}/${name}`);
    return false;
  }
  // The renewal of another sync took its place.
  if (mark.syncId !== copy.syncId) return false;
  const own = there.filter(({ text }) => mark.sums.includes(sumOf(text)));
  for (const file of own) await removePlain(folder, file.name);
  const left = there.filter((file) => !own.includes(file)).map((file) => file.name);
  if (left.length > 0)
    throw new DestinationError(
      "rejected",
      `Somebody changed ${left.join(" and ")} in ${folder.relative}, so it was left alone.`,
    );
  await removePlain(folder, markFile(name, mark).name);
  return true;
}

const ENDINGS = [".pem", ".crt", ".key"] as const;

/** A remote id is read back as carefully as a setting: it comes from a row. */
function split(remoteId: string): [folder: string, name: string] {
  if (!relativePath.safeParse(remoteId).success) throw new DestinationError("missing", "There is no such file.");
  const at = remoteId.lastIndexOf("/");
  return [remoteId.slice(0, at), remoteId.slice(at + 1)];
}

function notOurs(place: string): DestinationError {
  return new DestinationError("rejected", `${place} does not belong to this sync, so it was left alone.`);
}
