import fs from "node:fs";

const MAX_BYTES = 5 * 1024 * 1024;

/**
 * A log that never takes more than twice MAX_BYTES: when full it becomes `FILE.1` and starts again.
 * @param {string} file
 * @returns {(text: string) => void} writes in order; a full disk loses lines, not the server
 */
export function openLog(file) {
  let size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return (text) => {
    try {
      if (size > MAX_BYTES) {
        fs.renameSync(file, `${file}.1`);
        size = 0;
      }
      fs.appendFileSync(file, text, { mode: 0o600 });
      size += Buffer.byteLength(text);
    } catch (error) {
      if (error.code !== "ENOSPC" && error.code !== "EDQUOT" && error.code !== "EROFS") throw error;
    }
  };
}
