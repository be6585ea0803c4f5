import { processCommand, processParent } from "./process-identity.mjs";
import { describe } from "./refusal.mjs";

const IMPATIENT_MS = 1_000;
const steps = new Set();
let stopping = null;

/**
 * Registers what must happen before this process ends; the last registered runs first.
 * @param {() => unknown} step
 * @returns {() => void} takes it back
 */
export function onStop(step) {
  steps.add(step);
  return () => steps.delete(step);
}

/** Runs every registered step once, then ends the process. Later calls join the first. */
export function stop(code) {
  stopping ??= runSteps(code);
  return stopping;
}

/** Whether the end has begun. */
export function isStopping() {
  return stopping !== null;
}

/**
 * Stops gracefully on Ctrl-C, SIGTERM and a closed terminal, and when the npm that started us is gone.
 * A second Ctrl-C ends at once; npm passes the terminal's own on, so one within a second is still the first.
 * @param {number} code what the process then ends with
 */
export function stopOnSignals(code) {
  let since = null;
  const onSignal = () => {
    since ??= Date.now();
    if (Date.now() - since > IMPATIENT_MS) process.exit(1);
    void stop(code);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, onSignal);
  process.on("uncaughtException", (error) => {
    console.error(describe(error));
    void stop(1);
  });
  if (process.env.npm_lifecycle_event) stopWithParent(code);
}

// npm may have put a shell between itself and us, which would outlive it.
function stopWithParent(code) {
  const parent = process.ppid;
  const npm = /^\S*sh -c /.test(processCommand(parent)) ? processParent(parent) : null;
  const isGone = () => process.ppid !== parent || (npm !== null && processParent(parent) !== npm);
  const watch = setInterval(() => {
    if (!isGone()) return;
    clearInterval(watch);
    void stop(code);
  }, 250).unref();
}

async function runSteps(code) {
  for (const step of [...steps].reverse()) {
    try {
      await step();
    } catch (error) {
      console.error(describe(error));
    }
  }
  process.exit(code);
}
