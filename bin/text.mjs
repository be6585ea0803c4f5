// C0 and C1 controls, and the marks that reorder text: a certificate's name must neither command the terminal nor deceive.
const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu;
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]/u;
const WIDE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;
const ASCII = /^[\x20-\x7e]*$/;
const clusters = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * A text on one line, in which every character that a terminal could obey is written as \u{…}.
 * @param {string} text from the server or from a file name
 */
export function plain(text) {
  return text.replace(UNSAFE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/**
 * How many columns of a terminal a plain text takes.
 * @param {string} text
 */
export function widthOf(text) {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of clusters.segment(text)) width += widthOfCluster(segment);
  return width;
}

/** Behind a base character, combining ones take no column. */
function widthOfCluster(cluster) {
  if (ZERO_WIDTH.test(cluster)) return 0;
  return WIDE.test(cluster) ? 2 : 1;
}

/**
 * A plain text in at most `width` columns, ended with "…" where something is left out.
 * @param {string} text
 * @param {number} width
 */
export function shorten(text, width) {
  if (text.length <= width && ASCII.test(text)) return text;
  if (widthOf(text) <= width) return text;
  let kept = "";
  let room = width - 1;
  for (const { segment } of clusters.segment(text)) {
    room -= widthOfCluster(segment);
    if (room < 0) break;
    kept += segment;
  }
  return width < 1 ? "" : `${kept}…`;
}

/**
 * As shorten, but what is left out stood at the beginning: of a path, the end tells more.
 * @param {string} text
 * @param {number} width
 */
export function shortenStart(text, width) {
  if (widthOf(text) <= width) return text;
  let kept = "";
  let room = width - 1;
  for (const { segment } of [...clusters.segment(text)].reverse()) {
    room -= widthOfCluster(segment);
    if (room < 0) break;
    kept = segment + kept;
  }
  return width < 1 ? "" : `…${kept}`;
}

/** @param {string} text @param {number} width */
export function pad(text, width) {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

/**
 * Divides a plain text into lines of at most `width` columns, between words where it can.
 * @param {string} text
 * @param {number} width
 * @returns {string[]} at least one
 */
export function wrap(text, width) {
  if (widthOf(text) <= width) return [text];
  const lines = [];
  let line = "";
  for (const word of text.split(" ").flatMap((one) => pieces(one, width))) {
    if (line !== "" && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function pieces(word, width) {
  if (widthOf(word) <= width) return [word];
  const parts = [""];
  for (const { segment } of clusters.segment(word)) {
    const last = parts.at(-1) ?? "";
    if (last !== "" && widthOf(last) + widthOfCluster(segment) > width) parts.push(segment);
    else parts[parts.length - 1] = last + segment;
  }
  return parts;
}

/** @param {number} count @param {string} one "certificate" @param {string} [many] */
export function counted(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}
