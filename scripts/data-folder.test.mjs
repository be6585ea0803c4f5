import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { completeSecrets, holdDataFolder } from "./data-folder.mjs";
import { inFolder } from "./refusal.mjs";

let root;
let dataFolder;

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "data-"));
  dataFolder = path.join(root, "deep/down");
});

afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

test("a missing data folder is made, with everything above it", async () => {
  const lock = await holdDataFolder(dataFolder);
  expect(fs.existsSync(path.join(dataFolder, "lock"))).toBe(true);
  lock.release();
  expect(fs.existsSync(path.join(dataFolder, "lock"))).toBe(false);
});

test("a data folder in use is refused with the owner's process", async () => {
  const lock = await holdDataFolder(dataFolder);
  await expect(holdDataFolder(dataFolder)).rejects.toThrow(
    `already running on the data folder ${dataFolder} (process ${process.pid})`,
  );
  lock.release();
});

test("a server that is stopping is waited for", async () => {
  const first = await holdDataFolder(dataFolder);
  first.sayStopping();
  setTimeout(first.release, 2_500);
  const second = await holdDataFolder(dataFolder);
  second.release();
});

test("secrets are made once and belong to this account only", async () => {
  fs.mkdirSync(dataFolder, { recursive: true });
  const settings = { dataFolder, secret: null, encryptionKey: null };
  const first = await completeSecrets(settings);
  expect(await completeSecrets(settings)).toEqual(first);
  expect(Buffer.from(first.encryptionKey, "base64")).toHaveLength(32);
  for (const name of ["secret", "encryption-key"]) {
    expect(fs.statSync(path.join(dataFolder, name)).mode & 0o777).toBe(0o600);
  }
});

test("given secrets are used and nothing is written", async () => {
  fs.mkdirSync(dataFolder, { recursive: true });
  await completeSecrets({ dataFolder, secret: "s", encryptionKey: "k" });
  expect(fs.readdirSync(dataFolder)).toEqual([]);
});

test("a damaged key is refused and stays as it is", async () => {
  fs.mkdirSync(dataFolder, { recursive: true });
  const file = path.join(dataFolder, "encryption-key");
  fs.writeFileSync(file, "");
  await expect(completeSecrets({ dataFolder, secret: "s", encryptionKey: null })).rejects.toThrow(
    `${file} must be 32 bytes`,
  );
  expect(fs.readFileSync(file, "utf8")).toBe("");
});

test("a file in the data folder's place is refused in one sentence", async () => {
  fs.writeFileSync(path.join(root, "file"), "");
  await expect(holdDataFolder(path.join(root, "file"))).rejects.toThrow(
    /cannot be used: a file stands in its place\.$/,
  );
  await expect(holdDataFolder(path.join(root, "file/below"))).rejects.toThrow(
    /cannot be used: a file stands in its place\.$/,
  );
});

test.each([
  ["ENOSPC", "its disk is full"],
  ["EROFS", "read-only file system"],
  ["EACCES", "may not write there"],
])("%s becomes a sentence", async (code, words) => {
  const work = () => Promise.reject(Object.assign(new Error(code), { code }));
  await expect(inFolder(dataFolder, work)).rejects.toThrow(words);
});
