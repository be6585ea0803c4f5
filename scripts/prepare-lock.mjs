import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { takeLock } from "./lock.mjs";

/**
 * Runs work that changes the checkout (packages, build) for one process at a time; the others wait, then look again.
 * @param {string} root the project's folder
 * @param {object} step
 * @param {() => boolean} step.isDone asked without the lock first, so that a read-only checkout that is ready stays untouched
 * @param {() => Promise<void>} step.work
 */
export async function prepareOnce(root, { isDone, work }) {
  if (isDone()) return;
  const file = path.join(root, ".certsweep-preparing");
  let lock = await takeLock(file);
  if (lock.owner) console.log(`Waiting for process ${lock.owner.pid}, which prepares this checkout`);
  while (lock.owner) {
    await sleep(500);
    lock = await takeLock(file);
  }
  try {
    if (!isDone()) await work();
  } finally {
    lock.release();
  }
}
