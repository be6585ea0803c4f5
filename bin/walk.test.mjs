import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Stopped } from "./failure.mjs";
import { findFiles } from "./walk.mjs";

const never = { stop: new AbortController().signal };
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "certsweep-walk-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name) => path.join(folder, name);
function put(...names) {
  for (const name of names) {
    mkdirSync(path.dirname(at(name)), { recursive: true });
    writeFileSync(at(name), "x");
  }
}
const names = (files) => files.map((file) => path.relative(folder, file));

test("a folder gives its certificate files and those below, in order, and nothing else", async () => {
  put("b.pem", "a.CRT", "deep/er/c.der", "README.md", ".hidden.pem", ".git/d.pem", "a.key");
  const { files, refused, passedOver } = await findFiles([folder], never);
  expect(names(files)).toEqual(["a.CRT", "b.pem", "deep/er/c.der"]);
  expect([refused, passedOver]).toEqual([[], 4]);
  expect(names((await findFiles([folder], { ...never, takesKeys: true })).files)).toContain("a.key");
});

test("a file that is named is taken whatever it is called, and once", async () => {
  put("certificate.txt");
  const { files } = await findFiles([at("certificate.txt"), `${folder}/./certificate.txt`], never);
  expect(names(files)).toEqual(["certificate.txt"]);
});

test("links are followed, and circles come to an end", async () => {
  put("real/a.pem");
  symlinkSync(at("real"), at("real/again"));
  symlinkSync(folder, at("real/up"));
  symlinkSync(at("real/a.pem"), at("linked.pem"));
  symlinkSync(at("nowhere"), at("broken.pem"));
  symlinkSync(at("self.pem"), at("self.pem"));
  const { files, refused } = await findFiles([folder], never);
  expect(names(files)).toEqual(["linked.pem", "real/a.pem"]);
  expect(refused.map(({ file, reason }) => [path.basename(file), reason])).toEqual([
    ["broken.pem", "Its symbolic link leads nowhere."],
    ["self.pem", "Its symbolic link leads in a circle."],
  ]);
});

test("what is no file and what is not there is refused with a sentence", async () => {
  execFileSync("mkfifo", [at("pipe.pem")]);
  const { files, refused } = await findFiles([folder, at("gone.pem")], never);
  expect(files).toEqual([]);
  expect(refused.map(({ reason }) => reason)).toEqual(["It is neither a file nor a folder.", "There is no such file."]);
});

test("Ctrl-C ends the walk", async () => {
  put("a.pem");
  await expect(findFiles([folder], { stop: AbortSignal.abort() })).rejects.toBeInstanceOf(Stopped);
});
