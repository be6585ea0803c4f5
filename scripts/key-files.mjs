import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { writePrivately } from "./data-folder.mjs";
import { readEncryptionKey } from "./environment.mjs";
import { takeLock } from "./lock.mjs";
import { inFolder, Refusal } from "./refusal.mjs";

/**
 * Gives a data folder another generated key around `reseal`, which seals everything with it that the one before sealed.
 * Servers read both files with every secret (lib/secrets/keys.ts). Broken off anywhere, the next call goes on with the same keys.
 * @param {string} dataFolder
 * @param {() => Promise<number>} reseal answers 0 when nothing is left that the old key sealed
 * @returns {Promise<number>} what `reseal` answered
 */
export async function rotateKeyFiles(dataFolder, reseal) {
  const lock = await inFolder(dataFolder, () => takeLock(path.join(dataFolder, "rotation.lock")));
  if (lock.owner) throw new Refusal(`The key is being changed already (process ${lock.owner.pid}).`);
  try {
    const { current, previous } = nameFiles(dataFolder);
    const before = readKey(current);
    if (before === null) throw new Refusal(`There is no encryption key in ${dataFolder} yet: start Certsweep once.`);
    if (!isUnderWay(before, readKey(previous))) {
      // The old key first: whatever happens between the two, none is lost.
      const owner = fs.statSync(current);
      writePrivately(previous, `${before}\n`, owner);
      writePrivately(current, `${crypto.randomBytes(32).toString("base64")}\n`, owner);
    }
    const code = await reseal();
    if (code === 0) fs.rmSync(previous, { force: true });
    return code;
  } finally {
    lock.release();
  }
}

/** A rotation ended early after it had made its key, unless that was before it could write it. */
function isUnderWay(current, previous) {
  return previous !== null && previous !== current;
}

function nameFiles(dataFolder) {
  const current = path.join(dataFolder, "encryption-key");
  return { current, previous: `${current}.previous` };
}

function readKey(file) {
  return fs.existsSync(file) ? readEncryptionKey(fs.readFileSync(file, "utf8").trim(), file) : null;
}
