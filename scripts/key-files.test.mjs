import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { completeSecrets } from "./data-folder.mjs";
import { rotateKeyFiles } from "./key-files.mjs";

let folder;
let first;

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "keys-"));
  first = (await completeSecrets({ dataFolder: folder, secret: "s", encryptionKey: null })).encryptionKey;
});

afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const read = (name) => fs.readFileSync(path.join(folder, name), "utf8").trim();
const names = () => fs.readdirSync(folder).sort();

test("the old key stays beside the new one until everything is sealed again", async () => {
  let during;
  const code = await rotateKeyFiles(folder, async () => {
    during = { current: read("encryption-key"), previous: read("encryption-key.previous") };
    expect(fs.statSync(path.join(folder, "encryption-key.previous")).mode & 0o777).toBe(0o600);
    return 0;
  });
  expect(code).toBe(0);
  expect(during.previous).toBe(first);
  expect(during.current).not.toBe(first);
  expect(read("encryption-key")).toBe(during.current);
  expect(names()).toEqual(["encryption-key"]);
});

test.each([
  ["leaves something behind", async () => 1],
  [
    "fails",
    async () => {
      throw new Error("the database is gone");
    },
  ],
])("a rotation that %s keeps both keys, and the next one goes on with the same", async (_, reseal) => {
  await rotateKeyFiles(folder, reseal).catch(() => {});
  const second = read("encryption-key");
  expect(second).not.toBe(first);
  expect(read("encryption-key.previous")).toBe(first);
  expect(await rotateKeyFiles(folder, async () => 0)).toBe(0);
  expect(read("encryption-key")).toBe(second);
  expect(names()).toEqual(["encryption-key"]);
});

test("one that ended before its new key was written begins again", async () => {
  fs.writeFileSync(path.join(folder, "encryption-key.previous"), `${first}\n`);
  await rotateKeyFiles(folder, async () => 0);
  expect(read("encryption-key")).not.toBe(first);
  expect(names()).toEqual(["encryption-key"]);
});

test("only one at a time", async () => {
  await rotateKeyFiles(folder, async () => {
    await expect(rotateKeyFiles(folder, async () => 0)).rejects.toThrow(`(process ${process.pid})`);
    return 0;
  });
});

test("without a key there is nothing to change", async () => {
  fs.rmSync(path.join(folder, "encryption-key"));
  await expect(rotateKeyFiles(folder, async () => 0)).rejects.toThrow("There is no encryption key");
  expect(names()).toEqual([]);
});
