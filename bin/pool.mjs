import { Stopped } from "./failure.mjs";

/**
 * Does the work for each item, several at once, in order of beginning. The first failure, or Ctrl-C, keeps further ones from
 * beginning; those under way come to their end.
 * @param {T[]} items
 * @param {{ atOnce: number, stop: AbortSignal }} options
 * @param {(item: T) => Promise<void>} work
 * @returns {Promise<any>} what kept it from the end; null when all were done
 * @template T
 */
export async function workThrough(items, { atOnce, stop }, work) {
  const open = items.values();
  let failure = null;
  const worker = async () => {
    for (const item of open) {
      if (failure !== null) return;
      if (stop.aborted) {
        failure = new Stopped();
        return;
      }
      try {
        await work(item);
      } catch (error) {
        failure ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return failure;
}
