/**
 * Waits for work that cannot be broken off, such as a look-up, no longer than the signal allows: the promise then rejects
 * with its reason, and what becomes of the work is not looked at. No listener stays on the signal.
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
