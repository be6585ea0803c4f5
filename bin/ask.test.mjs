import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { confirm, openTerminal } from "./ask.mjs";
import { EXIT, Stopped } from "./failure.mjs";
import { idsIn, isId, readIds } from "./ids.mjs";

function ask(keys, stop = new AbortController().signal) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const answer = confirm({ input, output, question: "Sure?", wanted: ["delete"], untouched: "Nothing.", stop });
  if (keys === null) input.end();
  else input.write(keys);
  return answer;
}

test("only what was wanted is a yes", async () => {
  expect(await ask("delete\r")).toBe(true);
  expect(await ask("  delete \r")).toBe(true);
  for (const keys of ["\r", "y\r", "Delete\r", "deleted\r", null]) expect(await ask(keys)).toBe(false);
});

test("Ctrl-C is neither yes nor no", async () => {
  await expect(ask("del\u0003")).rejects.toBeInstanceOf(Stopped);
  const stopping = new AbortController();
  const answer = ask("", stopping.signal);
  stopping.abort();
  await expect(answer).rejects.toMatchObject({ exit: EXIT.stopped, message: expect.stringContaining("Nothing.") });
});

test("without a terminal nobody is asked", () => {
  const say = () => openTerminal({ stdin: { isTTY: true }, stderr: { isTTY: false } }, "Say --yes.");
  expect(say).toThrow("Nobody can be asked here, since this is no terminal. Say --yes.");
});

test("ids come one a line, or as arguments, each once", async () => {
  expect(idsIn(" a \r\n\n# all of it\nb # the shop\n")).toEqual(["a", "b"]);
  const stop = new AbortController().signal;
  const stdin = () => PassThrough.from([Buffer.from("b\nC"), Buffer.from("c\na\n")]);
  expect(await readIds([], { stdin: stdin(), stop })).toEqual(["b", "cc", "a"]);
  expect(await readIds(["A", "-"], { stdin: stdin(), stop })).toEqual(["a", "b", "cc"]);
  expect(await readIds(["a"], { stdin: stdin(), stop })).toEqual(["a"]);
  expect(isId("01a2038e-1fce-765f-8aee-25735374caec")).toBe(true);
  for (const id of ["", "1", "../x", "01a2038e-1fce-765f-8aee-25735374caec/"]) expect(isId(id)).toBe(false);
});
