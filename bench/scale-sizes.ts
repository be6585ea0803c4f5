import type { Client } from "pg";
import { z } from "zod";

/** What a row of a table takes on the disk, in bytes: the row itself, what of it is stored apart (TOAST), its indexes. */
export type RowSize = { table: string; rows: number; heap: number; apart: number; indexes: number };

/** The statement stands in docs/scale.md too, to be asked of a database in use. */
export const ROW_SIZES = `
  select c.relname as table, c.reltuples::float8 as rows,
    pg_relation_size(c.oid) / c.reltuples as heap,
    coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0) / c.reltuples as apart,
    pg_indexes_size(c.oid) / c.reltuples as indexes
  from pg_class c
  where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.reltuples > 1000
  order by pg_total_relation_size(c.oid) desc`;

const sizes = z.array(
  z.object({ table: z.string(), rows: z.number(), heap: z.number(), apart: z.number(), indexes: z.number() }),
);

export async function measureRowSizes(client: Client): Promise<RowSize[]> {
  await client.query("vacuum (analyze)");
  return sizes.parse((await client.query(ROW_SIZES)).rows);
}

/** So many runs, audit events and sessions as an account gathers in years. */
export async function addYears(client: Client, { accountId, userId }: { accountId: string; userId: string }) {
  await client.query(
    `insert into cleanup_runs (account_id, id, trigger, slot_on, started_by_label, retention_days, skip_synced, cutoff, status,
       started_at, heartbeat_at, finished_at, removed)
     select $1, gen_random_uuid(), 'schedule', current_date - n - 1, 'Schedule', 30, true, now() - n * interval '1 day', 'succeeded',
       now() - n * interval '1 day', now() - n * interval '1 day', now() - n * interval '1 day', n % 900
     from generate_series(1, 10000) n`,
    [accountId],
  );
  await client.query(
    `insert into audit_events (account_id, id, at, actor_id, actor_label, action, subject_id, details)
     select $1, gen_random_uuid(), now() - n * interval '1 minute', $2, 'member@example.test', 'deployment.added',
       gen_random_uuid(), jsonb_build_object('service', 'Load balancer', 'resource', 'lb-' || n || '.example.test:443')
     from generate_series(1, 20000) n`,
    [accountId, userId],
  );
  await client.query(
    `insert into sessions (id, user_id, session_version, started_at, last_seen_at)
     select gen_random_uuid(), $1, 1, now() - n * interval '1 minute', now() - n * interval '1 minute' from generate_series(1, 20000) n`,
    [userId],
  );
}
