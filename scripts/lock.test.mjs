import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeLock } from "./lock.mjs";

let folder;
let file;
const children = [];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "lock-"));
  file = path.join(folder, "lock");
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  fs.rmSync(folder, { recursive: true, force: true });
});

async function holdInChild() {
  const source = `import { takeLock } from ${JSON.stringify(path.join(import.meta.dirname, "lock.mjs"))};
    const lock = await takeLock(${JSON.stringify(file)});
    console.log(lock.owner ? "taken" : "held");
    if (!lock.owner) setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const [answer] = await once(child.stdout, "data");
  return { child, answer: String(answer).trim() };
}

test("the first process holds the lock and the second learns who does", async () => {
  const { child } = await holdInChild();
  expect((await takeLock(file)).owner.pid).toBe(child.pid);
});

test("of six processes at once exactly one holds the lock", async () => {
  const answers = await Promise.all(Array.from({ length: 6 }, holdInChild));
  expect(answers.filter(({ answer }) => answer === "held")).toHaveLength(1);
});

test("of six processes at once exactly one takes over the lock of a killed owner", async () => {
  const { child } = await holdInChild();
  child.kill("SIGKILL");
  await once(child, "exit");
  const answers = await Promise.all(Array.from({ length: 6 }, holdInChild));
  expect(answers.filter(({ answer }) => answer === "held")).toHaveLength(1);
});

test("a process that only has the id of a dead owner does not hold its lock", async () => {
  const lock = await takeLock(file);
  const owner = JSON.parse(fs.readFileSync(file, "utf8"));
  lock.release();
  fs.writeFileSync(file, JSON.stringify({ ...owner, identity: `${owner.identity}0` }));
  const again = await takeLock(file);
  expect(again.owner).toBeUndefined();
  again.release();
});

test("the lock of another container counts while it is touched and not afterwards", async () => {
  const beat = () => fs.utimesSync(file, new Date(), new Date());
  fs.writeFileSync(file, JSON.stringify({ pid: 1, identity: "1", scope: "elsewhere" }));
  const beating = setInterval(beat, 500);
  expect((await takeLock(file)).owner.pid).toBe(1);
  clearInterval(beating);
  const lock = await takeLock(file);
  expect(lock.owner).toBeUndefined();
  lock.release();
});

test("a lock that was left half-written holds nobody up", async () => {
  fs.writeFileSync(file, '{"pid":');
  fs.utimesSync(file, new Date(0), new Date(0));
  const lock = await takeLock(file);
  expect(lock.owner).toBeUndefined();
  lock.release();
  expect(fs.readdirSync(folder)).toEqual([]);
});
