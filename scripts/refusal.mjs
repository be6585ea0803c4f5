/** An expected reason not to go on. Its message is the one sentence that the operator reads. */
export class Refusal extends Error {
  name = "Refusal";
}

const FOLDER_REASONS = {
  ENOSPC: "its disk is full: free some space and start again",
  EDQUOT: "the disk quota is used up: free some space and start again",
  EROFS: "it is on a read-only file system",
  EACCES: "this account may not write there",
  EPERM: "this account may not write there",
  ENOTDIR: "a file stands in its place",
  EEXIST: "a file stands in its place",
};

/**
 * Runs work on a folder and turns the file system's refusals into one sentence.
 * @param {string} folder what the sentence names
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>} what the work answers
 * @template T
 */
export async function inFolder(folder, work) {
  try {
    return await work();
  } catch (error) {
    const reason = FOLDER_REASONS[error.code];
    if (!reason) throw error;
    throw new Refusal(`The data folder ${folder} cannot be used: ${reason}.`, { cause: error });
  }
}

/** What the operator reads: the sentence of a refusal, everything of a defect. */
export function describe(error) {
  if (error instanceof Refusal) return error.message;
  return `Certsweep hit an unexpected error: ${error?.stack ?? error}`;
}
