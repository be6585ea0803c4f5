import { shorten } from "./text.mjs";

/** Often enough to look alive, seldom enough to cost nothing. */
const REDRAW_MS = 100;

/**
 * Shows how far something is: a bar on a terminal, else a line at each tenth.
 * @param {object} options
 * @param {string} options.verb "Uploading"
 * @param {string} options.of "files"
 * @param {number} options.total
 * @param {NodeJS.WriteStream} options.stream
 * @param {() => number} [options.clock] milliseconds
 */
export function startProgress({ verb, of, total, stream, clock = Date.now }) {
  let drawnAt = Number.NEGATIVE_INFINITY;
  let tenth = 0;
  let isDrawn = false;

  function show(count) {
    const counts = `${count.toLocaleString("en")} of ${total.toLocaleString("en")} ${of}`;
    if (!stream.isTTY) {
      const reached = Math.floor((count * 10) / total);
      if (reached > tenth) stream.write(`${verb}: ${counts}\n`);
      tenth = Math.max(tenth, reached);
      return;
    }
    if (clock() - drawnAt < REDRAW_MS && count < total) return;
    drawnAt = clock();
    isDrawn = true;
    stream.write(`\r${drawBar({ verb, counts, part: count / total }, stream.columns || 80)}\u001b[K`);
  }

  /** Clears the bar, so that other lines can be written. */
  function clear() {
    if (isDrawn) stream.write("\r\u001b[K");
    isDrawn = false;
    drawnAt = Number.NEGATIVE_INFINITY;
  }

  return { show, clear };
}

/**
 * @param {{ verb: string, counts: string, part: number }} state `part` from 0 to 1
 * @param {number} room columns
 */
export function drawBar({ verb, counts, part }, room) {
  const percent = `${Math.floor(Math.min(1, part) * 100)}%`.padStart(4);
  const rest = room - verb.length - counts.length - percent.length - 6;
  if (rest < 8) return shorten(`${verb} ${percent.trim()} ${counts}`, room - 1);
  const width = Math.min(40, rest);
  const done = Math.floor(Math.min(1, part) * width);
  return `${verb} [${"#".repeat(done)}${"-".repeat(width - done)}]${percent}  ${counts}`;
}
