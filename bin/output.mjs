import { once } from "node:events";
import { styleText } from "node:util";

/** @typedef {ReturnType<typeof openOutput>} Output */

/**
 * What a command writes. A reader that goes away (`| head`) ends a command that only reads; one that changes something
 * goes on to its end without being heard.
 * @param {{ stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream, env: Record<string, string | undefined> }} streams
 * @param {{ onReaderGone: () => void }} options
 */
export function openOutput({ stdout, stderr, env }, { onReaderGone }) {
  let isGone = false;
  stdout.on("error", (error) => {
    if (error.code !== "EPIPE") throw error;
    isGone = true;
    onReaderGone();
  });
  stderr.on("error", () => undefined);

  /** @param {string} text without the end of the line */
  async function line(text) {
    if (isGone || stdout.write(`${text}\n`)) return;
    await Promise.race([once(stdout, "drain"), once(stdout, "close")]).catch(() => undefined);
  }

  return {
    line,
    lines: async (texts) => {
      for (const text of texts) await line(text);
    },
    /** One value as one line of JSON, with nothing in it that a terminal obeys. */
    json: (value) => line(jsonLine(value)),
    /** For people, beside what programs read; in place of a progress bar that stands there. @param {string} text */
    note: (text) => stderr.write(`${stderr.isTTY ? "\r\u001b[K" : ""}${text}\n`),
    /** Columns that a line may have; a program may read lines of any length. */
    room: stdout.isTTY ? stdout.columns || 80 : Number.POSITIVE_INFINITY,
    stderr,
    paint: painter(stdout, env),
  };
}

/** @param {unknown} value */
export function jsonLine(value) {
  return JSON.stringify(value).replace(/[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, escapeCharacter);
}

function escapeCharacter(character) {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** https://no-color.org: set and not empty means no colour. */
function painter(stream, { NO_COLOR = "", TERM = "" }) {
  const hasColour = stream.isTTY && NO_COLOR === "" && TERM !== "dumb";
  return (format, text) => (hasColour ? styleText(format, text) : text);
}
