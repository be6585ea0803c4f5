import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { Stopped } from "./failure.mjs";

/** What certificate files are called. A file that is named on the command line is taken whatever it is called. */
const ENDINGS = [".pem", ".crt", ".cer", ".cert", ".der", ".p7b", ".p7c", ".p12", ".pfx"];

const REASONS = {
  ENOENT: "There is no such file.",
  EACCES: "You may not read it.",
  EPERM: "You may not read it.",
  ELOOP: "Its symbolic link leads in a circle.",
  ENAMETOOLONG: "Its name is too long.",
  EISDIR: "It is a folder.",
};

/** @param {any} error of the file system @returns {string} a sentence; anything else is thrown on */
export function fileSentence(error) {
  if (typeof error?.code !== "string" || error.syscall === undefined) throw error;
  return REASONS[error.code] ?? `It cannot be read (${error.code}).`;
}

/**
 * Finds certificate files in files and folders, folders below folders too. Each folder is entered once, so that links in
 * a circle come to an end; what is hidden is passed over.
 * @param {string[]} paths
 * @param {{ stop: AbortSignal, takesKeys?: boolean }} options whether private keys by themselves are taken from folders
 * @returns {Promise<{ files: string[], refused: { file: string, reason: string }[], passedOver: number }>}
 */
export async function findFiles(paths, { stop, takesKeys = false }) {
  const endings = takesKeys ? [...ENDINGS, ".key"] : ENDINGS;
  const found = { files: new Set(), refused: [], passedOver: 0 };
  const entered = new Set();

  async function look(file, { isNamed }) {
    if (stop.aborted) throw new Stopped("Nothing was uploaded.");
    const entry = await orRefuse(file, () => stat(file, { bigint: true }), isNamed);
    if (entry === null) return;
    if (entry.isDirectory()) return enter(file, `${entry.dev}:${entry.ino}`);
    if (!isNamed && !endings.includes(path.extname(file).toLowerCase())) found.passedOver += 1;
    else if (entry.isFile()) found.files.add(path.normalize(file));
    else found.refused.push({ file, reason: "It is neither a file nor a folder." });
  }

  async function enter(folder, identity) {
    if (entered.has(identity)) return;
    entered.add(identity);
    const names = await orRefuse(folder, () => readdir(folder), true);
    for (const name of (names ?? []).sort()) {
      if (name.startsWith(".")) found.passedOver += 1;
      else await look(path.join(folder, name), { isNamed: false });
    }
  }

  async function orRefuse(file, read, isNamed) {
    try {
      return await read();
    } catch (error) {
      const leadsNowhere = error.code === "ENOENT" && !isNamed;
      found.refused.push({ file, reason: leadsNowhere ? "Its symbolic link leads nowhere." : fileSentence(error) });
      return null;
    }
  }

  for (const one of paths) await look(one, { isNamed: true });
  return { ...found, files: [...found.files] };
}
