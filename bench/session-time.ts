import { readFileSync } from "node:fs";
import type { Client } from "pg";
import { z } from "zod";

/** Linux counts processor time in hundredths of a second for programs, whatever the kernel's own clock. */
const TICK_MS = 10;

/**
 * Milliseconds of processor time that the sessions of a client's database have used since they began, but for its own
 * session if so wanted; null where PostgreSQL's processes are not on this machine, or it is not Linux.
 */
export async function sessionTime(client: Client, { own }: { own: boolean }): Promise<number | null> {
  const { rows } = await client.query(
    `select pid from pg_stat_activity
     where datname = current_database() and backend_type = 'client backend' and (pid = pg_backend_pid()) = $1`,
    [own],
  );
  const pids = z.array(z.object({ pid: z.number() })).parse(rows);
  try {
    return pids.reduce((sum, { pid }) => sum + timeOf(pid), 0);
  } catch {
    // No such process here: the database runs elsewhere.
    return null;
  }
}

function timeOf(pid: number): number {
  // The second field is the name in brackets and may hold anything; user and system time are 12 and 13 behind it.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

export function difference(after: number | null, before: number | null): number | null {
  return after === null || before === null ? null : after - before;
}
