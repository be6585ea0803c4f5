import { openSync } from "node:fs";
import { createInterface } from "node:readline";
import { ReadStream } from "node:tty";
import { EXIT, Failure, Stopped } from "./failure.mjs";

/**
 * Opens a way to ask whoever sits before the terminal; also when standard input brings the ids.
 * @param {{ stdin: NodeJS.ReadStream, stderr: NodeJS.WriteStream }} streams
 * @param {string} instead what to say when nobody can be asked
 * @returns {NodeJS.ReadableStream} where the answer comes from
 */
export function openTerminal({ stdin, stderr }, instead) {
  const nobody = new Failure(`Nobody can be asked here, since this is no terminal. ${instead}`, EXIT.usage);
  if (!stderr.isTTY) throw nobody;
  if (stdin.isTTY) return stdin;
  try {
    return new ReadStream(openSync("/dev/tty", "r"));
  } catch (error) {
    throw new Failure(nobody.message, EXIT.usage, { cause: error });
  }
}

/**
 * Asks, and answers whether the person typed what was wanted. Nothing typed means no, and so does the end of the input.
 * @param {object} options
 * @param {NodeJS.ReadableStream} options.input
 * @param {NodeJS.WritableStream} options.output
 * @param {string} options.question
 * @param {string[]} options.wanted any of these
 * @param {string} options.untouched what Ctrl-C left as it was: "Nothing was deleted."
 * @param {AbortSignal} options.stop
 * @returns {Promise<boolean>}
 */
export function confirm({ input, output, question, wanted, untouched, stop }) {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input, output, terminal: true });
    let settle = () => resolve(false);
    lines.on("close", () => settle());
    // On a terminal the keys are read one by one, and Ctrl-C is one of them.
    const interrupt = () => {
      settle = () => reject(new Stopped(`\n${untouched}`));
      lines.close();
    };
    lines.on("SIGINT", interrupt);
    stop.addEventListener("abort", interrupt, { once: true });
    lines.question(`${question} `, (answer) => {
      settle = () => resolve(wanted.includes(answer.trim()));
      lines.close();
    });
  }).finally(() => input.destroy?.());
}
