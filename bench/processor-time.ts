import { readFileSync } from "node:fs";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { database } from "@/drizzle/client";

/** Linux counts processor time in hundredths of a second for programs, whatever the kernel's own clock. */
const TICKS_A_SECOND = 100;

/** Seconds of processor time that this process has used so far. */
export function ownSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}

/** The same of PostgreSQL's sessions for this process; null where they are not on this machine, or it is not Linux. */
export async function sessionSeconds(): Promise<number | null> {
  const { rows } = await database().execute(sql`select pid from pg_stat_activity
    where datname = current_database() and application_name = 'certsweep'`);
  const pids = z.array(z.object({ pid: z.number() })).parse(rows);
  try {
    return pids.reduce((sum, { pid }) => sum + secondsOf(pid), 0);
  } catch {
    // No such process here: the database runs elsewhere, and the benchmark says nothing of its processor.
    return null;
  }
}

function secondsOf(pid: number): number {
  // The second field is the name in brackets and may hold anything; user and system time are 12 and 13 behind it.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}
