import os from "node:os";

const MB = 2 ** 20;
const LEAST = 128;
const MOST = 1024;

/**
 * What the embedded PostgreSQL is told beside its own defaults, which are made for small machines: an eighth of the memory as
 * its cache, up to a gigabyte, and room in its log for a night's removals, so that no checkpoint falls into them and the
 * files of the log are used again instead of being made anew.
 * @param {number} [memory] bytes that this process may have
 * @returns {string[]} `name=value` settings
 */
export function postgresSettings(memory = availableMemory()) {
  const cache = Math.min(Math.max(Math.floor(memory / 8 / MB), LEAST), MOST);
  return [`shared_buffers=${cache}MB`, "max_wal_size=2GB", "min_wal_size=512MB"];
}

// A container may have less than its machine.
function availableMemory() {
  const limit = process.constrainedMemory?.() ?? 0;
  return limit > 0 ? Math.min(limit, os.totalmem()) : os.totalmem();
}
