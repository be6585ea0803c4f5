import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { database } from "@/drizzle/client";
import { sqlStateOf } from "@/drizzle/failures";
import journal from "@/drizzle/migrations/meta/_journal.json";
import { log } from "@/lib/log";

const ANSWER_WITHIN_MS = 3_000;
/** PostgreSQL Appendix A: the table that the migrations are noted in is not there. */
const MISSING_TABLE = "42P01";

const UNREACHABLE = "The database does not answer.";
const NOT_MIGRATED =
  "The database lacks migrations of this version. Restart Certsweep with npm start: it applies them.";

/** What keeps this server from working, as a sentence without secrets; null when nothing does. */
export async function healthProblem(): Promise<string | null> {
  const late = new AbortController();
  try {
    return await Promise.race([askDatabase(), sleep(ANSWER_WITHIN_MS, UNREACHABLE, { signal: late.signal })]);
  } finally {
    late.abort();
  }
}

async function askDatabase(): Promise<string | null> {
  try {
    const { rows } = await database().execute<{ latest: string | null }>(
      sql`select max(created_at)::text as latest from drizzle.__drizzle_migrations`,
    );
    return Number(rows[0]?.latest ?? 0) >= (journal.entries.at(-1)?.when ?? 0) ? null : NOT_MIGRATED;
  } catch (error) {
    if (sqlStateOf(error) === MISSING_TABLE) return NOT_MIGRATED;
    log.error({ err: error }, "the database does not answer the health check");
    return UNREACHABLE;
  }
}
