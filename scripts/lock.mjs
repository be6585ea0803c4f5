import crypto from "node:crypto";
import fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { processIdentity, processScope } from "./process-identity.mjs";

const HEARTBEAT_MS = 2_000;
// Taking over a dead owner's lock takes milliseconds; a guard older than this was left by a process that died there.
const GUARD_STALE_MS = 5_000;
const HALF_WRITTEN_MS = 1_000;
// What file systems without hard links answer (FAT, some mounts into containers).
const LINKLESS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"];

/**
 * Takes a lock that ends with this process however it ends, since a later process recognises a dead owner.
 * @param {string} file
 * @returns {Promise<{ release: () => void, sayStopping: () => void } | { owner: { pid: number, stopping?: boolean } }>}
 */
export async function takeLock(file) {
  for (;;) {
    if (create(file)) return hold(file);
    const owner = readOwner(file);
    if (owner === null) {
      await sleep(20);
      continue;
    }
    if (await lives(owner, file)) return { owner };
    await removeDead(file, owner);
  }
}

// A hard link appears whole or not at all, so nobody reads half a lock.
function create(file) {
  const draft = writeDraft(file, {});
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    if (!LINKLESS.includes(error.code)) throw error;
    return copyNew(draft, file);
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

function copyNew(draft, file) {
  try {
    fs.copyFileSync(draft, file, fs.constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function writeDraft(file, more) {
  const draft = `${file}.${crypto.randomUUID()}`;
  const owner = { pid: process.pid, identity: processIdentity(process.pid), scope: processScope(), ...more };
  fs.writeFileSync(draft, JSON.stringify(owner));
  return draft;
}

function readOwner(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return null;
    if (!(error instanceof SyntaxError)) throw error;
    // Being written just now, or else left half-written (a disk that filled up): then nobody holds it.
    const age = Date.now() - (modified(file) ?? Date.now());
    return age < HALF_WRITTEN_MS ? null : { pid: 0, identity: null, scope: processScope() };
  }
}

async function lives(owner, file) {
  if (owner.scope === processScope()) return owner.identity !== null && processIdentity(owner.pid) === owner.identity;
  return beats(file);
}

// Process ids of another container or another boot mean nothing here, but a living owner keeps touching its lock.
async function beats(file) {
  const before = modified(file);
  for (let waited = 0; waited < 3 * HEARTBEAT_MS; waited += 200) {
    await sleep(200);
    const now = modified(file);
    if (now !== null && now !== before) return true;
  }
  return false;
}

async function removeDead(file, dead) {
  const guard = `${file}.guard`;
  try {
    fs.mkdirSync(guard);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    const since = modified(guard);
    if (since !== null && Date.now() - since > GUARD_STALE_MS) fs.rmSync(guard, { recursive: true, force: true });
    await sleep(50);
    return;
  }
  try {
    if (JSON.stringify(readOwner(file)) === JSON.stringify(dead)) fs.rmSync(file, { force: true });
  } finally {
    fs.rmSync(guard, { recursive: true, force: true });
  }
}

function modified(file) {
  return fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null;
}

function hold(file) {
  const beat = setInterval(() => fs.utimes(file, new Date(), new Date(), () => {}), HEARTBEAT_MS).unref();
  const release = () => {
    clearInterval(beat);
    process.off("exit", release);
    fs.rmSync(file, { force: true });
  };
  process.on("exit", release);
  return { release, sayStopping: () => fs.renameSync(writeDraft(file, { stopping: true }), file) };
}
