import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { database } from "@/drizzle/client";

const PATIENCE_MS = 60_000;

/**
 * Until so many sessions of the test's own database wait for a lock, others' databases on the same server left aside: then
 * the interleaving that a test is about has come about. Throws when it does not.
 */
export async function untilWaiting(count = 1): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while ((await countWaiting()) < count) {
    if (Date.now() > deadline) throw new Error(`${count} sessions never waited for a lock at the same time`);
    await sleep(5);
  }
}

async function countWaiting(): Promise<number> {
  const { rows } = await database().execute(sql`select from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`);
  return rows.length;
}
