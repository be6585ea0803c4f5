import { pad, plain, shorten, shortenStart, widthOf, wrap } from "./text.mjs";

/**
 * @typedef {object} Column
 * @property {string} title
 * @property {number} [width] of every cell, so that rows can be written before the next are known; else that of the widest
 * @property {number} [most] never wider than this on a terminal
 * @property {boolean} [keepsEnd] where it is cut, its end stays
 * @property {boolean} [wraps] the last column only: long cells go on below instead of being cut
 */

const GAP = "  ";
/** A wrapping column with less room than this goes below its row. */
const LEAST_WRAPPED = 36;

/**
 * Says how rows are written, so that they can be written one by one. The last column takes what room there is.
 * @param {Column[]} columns
 * @param {object} options
 * @param {number} options.room columns of the terminal; Infinity when a program reads, and then nothing is cut
 * @param {string[][]} [options.rows] to measure columns by that have no width
 * @param {(cell: string, column: number) => string} [options.paint] colours a cell that has its final width
 * @returns {{ head: () => string, row: (cells: string[]) => string }}
 */
export function layOut(columns, { room, rows = [], paint = (cell) => cell }) {
  const last = columns.length - 1;
  const widths = columns.slice(0, last).map(({ title, width, most = Number.POSITIVE_INFINITY }, index) => {
    const measured = width ?? widestOf(rows, index, widthOf(title));
    return room === Number.POSITIVE_INFINITY ? measured : Math.min(measured, most);
  });
  const before = widths.reduce((sum, width) => sum + width + GAP.length, 0);
  const wraps = columns[last]?.wraps === true;
  const isBelow = wraps && room - before < LEAST_WRAPPED && room - before < widestOf(rows, last, 0);
  const rest = Math.max(1, isBelow ? room - 4 : room - before);

  const row = (cells) => {
    const texts = cells.map((cell) => plain(cell));
    const front = widths.map((width, index) => {
      const text = texts[index] ?? "";
      const cut = columns[index]?.keepsEnd === true ? shortenStart : shorten;
      return paint(pad(room === Number.POSITIVE_INFINITY ? text : cut(text, width), width), index);
    });
    const end = texts[last] ?? "";
    if (!wraps)
      return [...front, paint(room === Number.POSITIVE_INFINITY ? end : shorten(end, rest), last)].join(GAP).trimEnd();
    const lines = room === Number.POSITIVE_INFINITY ? [end] : wrap(end, rest);
    if (isBelow) return [front.join(GAP).trimEnd(), ...lines.map((line) => `    ${line}`)].join("\n");
    return [...front, lines.join(`\n${" ".repeat(before)}`)].join(GAP).trimEnd();
  };
  return {
    head: () => row(columns.map(({ title }, index) => (isBelow && index === last ? "" : title))).trimEnd(),
    row,
  };
}

function widestOf(rows, column, least) {
  return rows.reduce((widest, cells) => Math.max(widest, widthOf(plain(cells[column] ?? ""))), least);
}

/**
 * A whole table, its columns as wide as what stands in them.
 * @param {Column[]} columns
 * @param {string[][]} rows
 * @param {{ room: number, paint?: (cell: string, column: number) => string, dim?: (text: string) => string }} options
 * @returns {string[]} lines
 */
export function formatTable(columns, rows, { room, paint, dim = (text) => text }) {
  const layout = layOut(columns, { room, rows, ...(paint === undefined ? {} : { paint }) });
  return [dim(layOut(columns, { room, rows }).head()), ...rows.map(layout.row)];
}

/**
 * Names and values below one another; an empty value is left out.
 * @param {[string, string][]} pairs
 * @param {number} room
 * @returns {string[]} lines
 */
export function formatPairs(pairs, room) {
  const shown = pairs.filter(([, value]) => value !== "");
  const width = Math.max(...shown.map(([name]) => widthOf(name)));
  return shown.flatMap(([name, value]) => {
    const rest = Math.max(20, room - width - GAP.length);
    const lines = wrap(plain(value), rest);
    return lines.map((line, index) => `${pad(index === 0 ? name : "", width)}${GAP}${line}`);
  });
}
