import { EXIT, Failure, Stopped } from "./failure.mjs";

/**
 * The ids that a command is given: its arguments, or what standard input says for "-" and when there are no arguments.
 * @param {string[]} rest
 * @param {{ stdin: NodeJS.ReadStream, stop: AbortSignal }} tool
 * @returns {Promise<string[]>} each once
 */
export async function readIds(rest, { stdin, stop }) {
  if (rest.length === 0 && stdin.isTTY) {
    throw new Failure("Say which certificates: their ids, or - to read them from standard input.", EXIT.usage);
  }
  const readsInput = rest.length === 0 || rest.includes("-");
  const given = rest.filter((id) => id !== "-");
  const ids = [...given, ...(readsInput ? idsIn(await textOf(stdin, stop)) : [])];
  return [...new Set(ids.map((id) => id.toLowerCase()))];
}

/**
 * One id a line; blank lines and what stands behind "#" do not count.
 * @param {string} text
 */
export function idsIn(text) {
  return text
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "");
}

/** @param {string} id whether it has the form of one; the server is not asked about others */
export function isId(id) {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);
}

async function textOf(stdin, stop) {
  let text = "";
  stop.addEventListener("abort", () => stdin.destroy());
  try {
    for await (const piece of stdin.setEncoding("utf8")) text += piece;
    return text;
  } catch (error) {
    if (stop.aborted) throw new Stopped("Nothing was deleted.");
    throw error;
  }
}
