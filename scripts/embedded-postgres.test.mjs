import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPostgres } from "./embedded-postgres.mjs";
import { processIdentity } from "./process-identity.mjs";

let folder;
let clusterFolder;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "embedded-"));
  if (process.getuid?.() === 0) fs.chmodSync(folder, 0o711);
});

afterAll(() => {
  for (const at of [folder, clusterFolder]) if (at) fs.rmSync(at, { recursive: true, force: true });
});

async function query(url, text) {
  const client = new Client(url);
  client.on("error", () => {});
  try {
    await client.connect();
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

test("a cluster is made once, keeps its data and its port, and leaves no process", async () => {
  const first = await startPostgres({ folder });
  clusterFolder = first.directory;
  await query(first.adminUrl, "create table kept as select 1 as one");
  const [{ locale, datlocale }] = await query(
    first.adminUrl,
    "select datlocprovider as locale, datlocale from pg_database where datname = 'postgres'",
  );
  expect([locale, datlocale]).toEqual(["b", "C.UTF-8"]);
  const [{ fsync }] = await query(first.adminUrl, "show fsync");
  expect(fsync).toBe("on");
  const pid = first.pid();
  await first.stop();
  expect(processIdentity(pid)).toBeNull();

  const second = await startPostgres({ folder });
  expect(second.adminUrl).toBe(first.adminUrl);
  expect(await query(second.adminUrl, "select one from kept")).toEqual([{ one: 1 }]);
  await second.stop();
});

test("a killed server comes back at the same address with what was committed", async () => {
  const lost = [];
  const server = await startPostgres({ folder, onLost: (forGood) => lost.push(forGood) });
  await query(server.adminUrl, "create table committed as select 2 as two");
  process.kill(server.pid(), "SIGKILL");
  await expect
    .poll(() => query(server.adminUrl, "select two from committed").catch(() => null), { timeout: 20_000 })
    .toEqual([{ two: 2 }]);
  expect(lost).toEqual([false]);
  await server.stop();
});

test("the server of a killed launcher is ended by the next start", async () => {
  const source = `import { startPostgres } from ${JSON.stringify(path.join(import.meta.dirname, "embedded-postgres.mjs"))};
    const server = await startPostgres({ folder: ${JSON.stringify(folder)} });
    console.log(server.pid());
    setInterval(() => {}, 1000);`;
  const launcher = spawn(process.execPath, ["--input-type=module", "-e", source], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const orphan = Number(String((await once(launcher.stdout, "data"))[0]));
  launcher.kill("SIGKILL");
  await once(launcher, "exit");
  expect(processIdentity(orphan)).not.toBeNull();

  const server = await startPostgres({ folder });
  expect(processIdentity(orphan)).toBeNull();
  expect(await query(server.adminUrl, "select two from committed")).toEqual([{ two: 2 }]);
  await server.stop();
});

test("a lock file whose process id went to a stranger holds nobody up", async () => {
  const stranger = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  await sleep(100);
  fs.writeFileSync(
    path.join(clusterFolder, "postmaster.pid"),
    `${stranger.pid}\n${clusterFolder}\n1\n1\n\n127.0.0.1\n`,
  );
  const server = await startPostgres({ folder });
  await server.stop();
  expect(processIdentity(stranger.pid)).not.toBeNull();
  stranger.kill("SIGKILL");
});

test("data without its description is refused, not replaced", async () => {
  const state = path.join(folder, "postgres.json");
  fs.renameSync(state, `${state}.away`);
  await expect(startPostgres({ folder })).rejects.toThrow("postgres.json");
  expect(fs.existsSync(path.join(clusterFolder, "PG_VERSION"))).toBe(true);
  fs.renameSync(`${state}.away`, state);
});
