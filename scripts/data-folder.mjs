import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readEncryptionKey } from "./environment.mjs";
import { takeLock } from "./lock.mjs";
import { inFolder, Refusal } from "./refusal.mjs";

// A server that is on its way out gets the time that its own stop may take; any other gets a moment in case it just died.
const STOPPING_MS = 25_000;
const RUNNING_MS = 1_500;

/**
 * Makes the data folder if need be and holds it until this process ends.
 * @returns {Promise<{ release: () => void, sayStopping: () => void }>}
 * @throws {Refusal} when another server uses it, or it cannot be written
 */
export async function holdDataFolder(folder) {
  const begun = Date.now();
  for (;;) {
    const lock = await tryDataFolder(folder);
    if (!lock.owner) return lock;
    if (Date.now() - begun > (lock.owner.stopping ? STOPPING_MS : RUNNING_MS)) {
      throw new Refusal(`Certsweep is already running on the data folder ${folder} (process ${lock.owner.pid}).`);
    }
    await sleep(100);
  }
}

/** As `holdDataFolder`, but answers at once, with `{ owner }` when another server uses it. */
export function tryDataFolder(folder) {
  return inFolder(folder, () => {
    makeFolders(folder);
    return takeLock(path.join(folder, "lock"));
  });
}

/**
 * Makes a folder and what is missing above it. Root makes them passable, since its database runs as another account
 * and a umask such as 077 would lock that one out; anyone else keeps the folder private.
 */
export function makeFolders(folder) {
  const missing = [];
  for (let at = path.resolve(folder); !fs.existsSync(at); at = path.dirname(at)) missing.unshift(at);
  for (const made of missing) {
    fs.mkdirSync(made);
    fs.chmodSync(made, process.getuid?.() === 0 ? 0o711 : 0o700);
  }
  if (!fs.statSync(folder).isDirectory()) throw Object.assign(new Error(`${folder} is a file`), { code: "ENOTDIR" });
}

/**
 * The secrets that the environment does not give: made once, kept in the data folder, readable by this account only.
 * A damaged file is refused, never replaced: what was encrypted with the old key would be lost.
 * @returns {Promise<{ secret: string, encryptionKey: string, keyFolder: string | null }>} `keyFolder`: where a generated key lies
 */
export async function completeSecrets({ dataFolder, secret, encryptionKey }) {
  return inFolder(dataFolder, () => ({
    secret: secret ?? keep(path.join(dataFolder, "secret"), checkSecret),
    encryptionKey: encryptionKey ?? keep(path.join(dataFolder, "encryption-key"), readEncryptionKey),
    keyFolder: encryptionKey === null ? dataFolder : null,
  }));
}

/**
 * Writes a private file so that it is there whole or not at all, even if the power fails.
 * @param {{ uid: number, gid: number }} [owner] whose it is to be, when root writes it
 */
export function writePrivately(file, text, owner) {
  const draft = `${file}.draft`;
  const handle = fs.openSync(draft, "w", 0o600);
  try {
    if (owner !== undefined && process.getuid?.() === 0) fs.fchownSync(handle, owner.uid, owner.gid);
    fs.writeSync(handle, text);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
  fs.renameSync(draft, file);
}

function keep(file, check) {
  if (!fs.existsSync(file)) writePrivately(file, `${crypto.randomBytes(32).toString("base64")}\n`);
  return check(fs.readFileSync(file, "utf8").trim(), file);
}

function checkSecret(value, place) {
  if (value.length < 32) throw new Refusal(`${place} is damaged: it must hold at least 32 characters.`);
  return value;
}
