import "server-only";
import { sql } from "drizzle-orm";
import type { Executor } from "@/drizzle/client";

/** The job engine's own schema, which the worker makes and migrates when it starts. */
export const JOB_SCHEMA = "graphile_worker";

export type JobRequest = {
  task: string;
  payload: Record<string, string | number | boolean | null>;
  /** At most one waiting job has this key: a later request takes the place of the earlier. */
  key: string;
  attempts: number;
  /** Not before this moment, which then counts for a waiting job too; at once when it is left out. */
  runAt?: Date;
};

/** Adds a job in the caller's transaction: it is there when that commits, and never otherwise. */
export async function addJob(executor: Executor, { task, payload, key, attempts, runAt }: JobRequest): Promise<void> {
  await executor.execute(sql`select from ${sql.identifier(JOB_SCHEMA)}.add_job(
    ${task}, payload := ${JSON.stringify(payload)}::text::json, run_at := ${runAt?.toISOString() ?? null}::timestamptz, job_key := ${key}, max_attempts := ${attempts}, job_key_mode := ${runAt === undefined ? "preserve_run_at" : "replace"})`);
}
