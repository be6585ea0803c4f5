import { sql } from "drizzle-orm";
import type { Executor } from "./client";

/**
 * For the rest of the transaction: waiting for somebody's lock ends soon, and so do the locks that this session holds
 * when its machine vanishes.
 */
export async function waitBriefly(tx: Executor): Promise<void> {
  await tx.execute(sql`select set_config('lock_timeout', '3s', true), set_config('tcp_keepalives_idle', '15', true),
    set_config('tcp_keepalives_interval', '5', true), set_config('tcp_keepalives_count', '3', true)`);
}
