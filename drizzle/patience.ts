import { type SQL, sql } from "drizzle-orm";
import type { Executor } from "./client";

/**
 * A query that, for the rest of its transaction, makes waiting for somebody's lock end soon, and frees the locks that this
 * session holds when its machine vanishes. A transaction that commits "later" is over before it is on the disk: whole or,
 * after a crash of PostgreSQL, not at all.
 */
export function patiently({ commit }: { commit: "now" | "later" }): SQL {
  return sql`select set_config('lock_timeout', '3s', true), set_config('tcp_keepalives_idle', '15', true),
    set_config('tcp_keepalives_interval', '5', true), set_config('tcp_keepalives_count', '3', true)
    ${commit === "later" ? sql`, set_config('synchronous_commit', 'off', true)` : sql``}`;
}

/** The same as a statement of its own. */
export async function waitBriefly(tx: Executor): Promise<void> {
  await tx.execute(patiently({ commit: "now" }));
}
