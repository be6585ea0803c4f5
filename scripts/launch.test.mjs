import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { refuseOld } from "./database.mjs";

let folder;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "launch-"));
});

afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Starts the launcher, which is expected to refuse, and answers with its exit code and everything on its error output. */
function start(env) {
  const given = {
    PATH: process.env.PATH,
    HOME: folder,
    PORT: "0",
    CERTSWEEP_DATA_DIR: path.join(folder, "data"),
    ...env,
  };
  const child = spawn(process.execPath, [path.join(import.meta.dirname, "start.mjs")], { env: given });
  let errors = "";
  child.stderr.on("data", (text) => {
    errors += text;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, errors })));
}

function expectOneSentence({ code, errors }, words) {
  expect(errors.trim().split("\n")).toHaveLength(1);
  expect(errors).toContain(words);
  expect(code).toBe(1);
}

function otherThan(url, change) {
  const other = new URL(url);
  Object.assign(other, change);
  return other.href;
}

test("a variable that makes no sense ends the start in one sentence", async () => {
  expectOneSentence(await start({ PORT: "many" }), 'PORT must be a number from 0 to 65535, not "many".');
});

test("a busy port ends the start in one sentence", async () => {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  expectOneSentence(await start({ PORT: String(port) }), `Port ${port} on 127.0.0.1 is in use`);
  server.close();
});

test("an address of another machine ends the start in one sentence", async () => {
  expectOneSentence(await start({ HOST: "192.0.2.1" }), "HOST 192.0.2.1 is no address of this machine.");
});

test("a database that does not answer ends the start in one sentence", async () => {
  const outcome = await start({ DATABASE_URL: "postgres://certsweep:secret@127.0.0.1:1/certsweep" });
  expectOneSentence(outcome, "The database at 127.0.0.1:1/certsweep cannot be used: nothing answers there.");
  expect(outcome.errors).not.toContain("secret");
});

test("a wrong password ends the start in one sentence", async () => {
  const url = otherThan(process.env.TEST_DATABASE_URL, { password: "wrong" });
  expectOneSentence(await start({ DATABASE_URL: url }), "it refuses the password");
});

test("a missing database ends the start in one sentence", async () => {
  const url = otherThan(process.env.TEST_DATABASE_URL, { pathname: "/missing" });
  expectOneSentence(await start({ DATABASE_URL: url }), "it has no such database");
});

test("a database user without rights ends the start in one sentence", async () => {
  const admin = new Client(process.env.TEST_DATABASE_URL);
  await admin.connect();
  const name = `weak_${process.pid}`;
  await admin.query(`create role ${name} login password 'weak'`);
  await admin.query(`create database ${name}`);
  const url = otherThan(process.env.TEST_DATABASE_URL, { username: name, password: "weak", pathname: `/${name}` });
  const outcome = await start({ DATABASE_URL: url });
  await admin.query(`drop database ${name} with (force)`);
  await admin.query(`drop role ${name}`);
  await admin.end();
  expectOneSentence(outcome, "The database user may not set up Certsweep's tables");
});

test("a start that was refused leaves the data folder to the next", async () => {
  await start({ DATABASE_URL: "postgres://certsweep@127.0.0.1:1/certsweep" });
  expect(fs.readdirSync(path.join(folder, "data")).sort()).toEqual(["encryption-key", "secret"]);
});

test("PostgreSQL is old enough from 14 on", () => {
  expect(() => refuseOld(130_023, "13.23")).toThrow(
    "The database is PostgreSQL 13.23, and Certsweep needs 14 or newer.",
  );
  expect(() => refuseOld(140_000, "14.0")).not.toThrow();
});
