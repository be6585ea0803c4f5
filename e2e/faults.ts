import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect } from "@playwright/test";
import { z } from "zod";
import { isLostConnection } from "@/drizzle/failures";
import { runningClusterUrl } from "../scripts/postgres-cluster.mjs";
import { openSql, type Sql } from "./database";
import { type Server, startServer } from "./server";

export const ADMIN = {
  CERTSWEEP_ADMIN_EMAIL: "admin@example.test",
  CERTSWEEP_ADMIN_PASSWORD: "lantern orbit maple seventeen",
};

/** A server with its embedded PostgreSQL in a data folder of its own, to be struck and started again. */
export type Victim = {
  folder: string;
  server: Server;
  sql: Sql & { close: () => Promise<void> };
};

/** Runs work on a new victim, at moments that the seed decides; a failure says which seed it was. */
export async function withVictim(work: (victim: Victim, random: () => number) => Promise<void>): Promise<void> {
  const seed = Number(process.env.E2E_SEED ?? Date.now() % 1_000_000);
  const victim = await startVictim();
  let told = 0;
  try {
    await work(victim, randomFrom(seed));
    told = victim.server.output().length;
  } catch (error) {
    throw new Error(`To strike at the same moments again set E2E_SEED=${seed}.\n${victim.server.output()}`, {
      cause: error,
    });
  } finally {
    await endVictim(victim);
  }
  expect(victim.server.output().slice(told)).not.toContain("a database session was lost");
}

async function startVictim(): Promise<Victim> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "certsweep-victim-"));
  // So that the database's account can enter, and all that is left by a broken test lies in this folder.
  if (process.getuid?.() === 0) chmodSync(folder, 0o711);
  const server = await startIn(folder);
  return { folder, server, sql: openSql(addressOf(folder)) };
}

function startIn(folder: string): Promise<Server> {
  return startServer("", { CERTSWEEP_DATA_DIR: folder, ...ADMIN });
}

function addressOf(folder: string): string {
  return z.string().parse(runningClusterUrl(folder, "certsweep"));
}

/** Ends it for good, and everything that it left on the disk. */
async function endVictim({ folder, server, sql }: Victim): Promise<void> {
  await sql.close();
  await server.stop();
  const directory = clusterOf(folder);
  rmSync(directory, { recursive: true, force: true });
  // A cluster outside the data folder stands alone in a folder of its own.
  if (path.dirname(directory) !== folder) rmSync(path.dirname(directory), { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}

function clusterOf(folder: string): string {
  const { directory } = z
    .object({ directory: z.string() })
    .parse(JSON.parse(readFileSync(path.join(folder, "postgres.json"), "utf8")));
  return path.resolve(folder, directory);
}

function killPostgres(folder: string): void {
  const [pid] = readFileSync(path.join(clusterOf(folder), "postmaster.pid"), "utf8").split("\n");
  process.kill(Number(pid), "SIGKILL");
}

/** The session of the server in which something is going on at this moment, if there is one. */
async function busySession(sql: Sql): Promise<number | null> {
  const [busy] = await sql<{ pid: number }[]>`
    select pid from pg_stat_activity where application_name = 'certsweep' and xact_start is not null limit 1`;
  return busy?.pid ?? null;
}

/** What may happen at any moment; the answer is whether the database has to recover from it. */
const FAULTS = {
  "kill -9 of the server": async ({ server }) => {
    await server.kill();
    return true;
  },
  "kill -9 of PostgreSQL": async ({ folder }) => {
    killPostgres(folder);
    return true;
  },
  "kill -9 of both": async ({ folder, server }) => {
    const killed = server.kill();
    killPostgres(folder);
    await killed;
    return true;
  },
  "kill -9 of a database session": async ({ sql }) => {
    const pid = await busySession(sql);
    if (pid !== null) process.kill(pid, "SIGKILL");
    return pid !== null;
  },
  "a connection that breaks": async ({ sql }) => {
    const pid = await busySession(sql);
    if (pid !== null) await sql`select pg_terminate_backend(${pid})`;
    return false;
  },
  "SIGTERM to the server": async ({ server }) => {
    await server.stop();
    return true;
  },
} as const satisfies Record<string, (victim: Victim) => Promise<boolean>>;
export type Fault = keyof typeof FAULTS;

const ENDS_THE_SERVER: Fault[] = ["kill -9 of the server", "kill -9 of both", "SIGTERM to the server"];

/**
 * Strikes, starts again what does not do so by itself, and waits until the database has recovered. False when at most one
 * session was ended, which may have been another one's, or none at all: what went on may go on.
 */
export async function strike(victim: Victim, fault: Fault): Promise<boolean> {
  const before = await generationOf(victim);
  const hasToRecover = await FAULTS[fault](victim);
  if (ENDS_THE_SERVER.includes(fault)) {
    await victim.server.stop();
    victim.server = await startIn(victim.folder);
  }
  // A PostgreSQL that was struck may answer for a moment longer.
  if (!hasToRecover) return false;
  await untilTrue("the database recovers", async () => ![before, null].includes(await generationOf(victim)));
  return true;
}

/** Another one after each start and each recovery of PostgreSQL; null in the middle of one. */
async function generationOf({ sql }: Victim): Promise<string | null> {
  const [own] = await sql<{ startedAt: string }[]>`
    select backend_start::text as "startedAt" from pg_stat_activity where backend_type = 'checkpointer'`;
  return own?.startedAt ?? null;
}

const LIMIT_MS = 5 * 60_000;

/** Asks until it holds. A database that is away answers nothing, which is no failure here. */
export async function untilTrue(what: string, holds: () => Promise<boolean>): Promise<void> {
  const begun = Date.now();
  while (!(await holds().catch(unlessLost))) {
    if (Date.now() - begun > LIMIT_MS) throw new Error(`It did not come true that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function unlessLost(error: unknown): false {
  if (!isLostConnection(error)) throw error;
  return false;
}

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
